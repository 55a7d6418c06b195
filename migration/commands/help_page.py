"""The help of a command in Japanese: no text is cut, and a line of Japanese may end anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console

# No line begins with one of these. A unit is a Latin word or one Japanese character, with what belongs to it.
_MARKS = "）」』】〕、。，．：；！？ー…〜々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_UNIT = re.compile(rf"\s+|[（「『【〔]*(?:[!-~]+|[^!-~\s])[{_MARKS}]*")
_VALUES = (("Path", "パス"), ("int", "数"), ("float", "数"))


def page(command: Any, ctx: Any) -> str:
    """The whole help of a command or of a group of commands, as wide as the terminal."""
    return "\n".join(_lines(command, ctx, Console().width))


def usage(command: Any, ctx: Any) -> str:
    """The line that says how to call it: 使い方: ikou spec show <業務> [<グループ>] [オプション]."""
    arguments = [_word(one) if one.required else f"[{_word(one)}]" for one in _split(command, ctx)[0]]
    below = ["<コマンド>"] if hasattr(command, "summaries") else []
    return " ".join(["使い方:", ctx.command_path, *below, *arguments, "[オプション]"])


def first_paragraph(text: str | None) -> str:
    """The first paragraph of a docstring in one line."""
    return _joined((text or "").strip().partition("\n\n")[0])


def _lines(command: Any, ctx: Any, width: int) -> Iterable[str]:
    arguments, options = _split(command, ctx)
    yield usage(command, ctx)
    for paragraph in (command.help or "").strip().split("\n\n"):
        yield ""
        for line in paragraph.split("\n") if paragraph.startswith("例:") else [_joined(paragraph)]:
            yield from (f"  {part}" for part in wrapped(line.strip(), width - 2))
    if hasattr(command, "summaries"):
        yield from _section("コマンド", command.summaries().items(), width)
    yield from _section("引数", [(_word(one), _told(one)) for one in arguments], width)
    yield from _section("オプション", [(_spelt(one), _told(one)) for one in options], width)


def _split(command: Any, ctx: Any) -> tuple[list[Any], list[Any]]:
    """The arguments and the options of a command."""
    shown = [one for one in command.get_params(ctx) if not one.hidden]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    return arguments, [one for one in shown if one not in arguments]


def _section(title: str, rows: Iterable[tuple[str, str]], width: int) -> Iterable[str]:
    rows = list(rows)
    if not rows:
        return
    yield from ("", title)
    side = max(cell_len(name) for name, _ in rows) + 2
    for name, told in rows:
        for left, right in zip_longest([name], wrapped(told, width - side - 2), fillvalue=""):
            yield f"  {set_cell_size(left, side)}{right}"


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells (at least 20); no bracket or mark stands where it may not."""
    lines = [""]
    for unit in _UNIT.findall(text):
        if cell_len(lines[-1] + unit.rstrip()) > max(width, 20):
            lines.append("")
        lines[-1] += unit if lines[-1] else unit.lstrip()
    return [line.rstrip() for line in lines]


def _word(argument: Any) -> str:
    """<FOLDER>, with … behind when it may stand more than once."""
    return f"<{argument.name.upper()}>{'…' if argument.nargs == -1 else ''}"


def _spelt(option: Any) -> str:
    """--residents, -n 数."""
    names = ", ".join(sorted(option.opts, key=len, reverse=True))
    if option.is_flag:
        return names
    kind = str(option.type_descriptor.annotation)
    return f"{names} {next((value for part, value in _VALUES if part in kind), '値')}"


def _told(parameter: Any) -> str:
    """Its help, and what the help does not say: that it must be there, its range, what holds without it."""
    told = parameter.help or ""
    notes = []
    if parameter.required and "必須" not in told:
        notes.append("必須")
    if parameter.min is not None:
        notes.append(f"{parameter.min:,} 以上" + (f" {parameter.max:,} 以下" if parameter.max is not None else ""))
    if parameter.default not in (None, False, "") and "省略時" not in told:
        notes.append(f"省略時は {parameter.default}")
    return f"{told}（{'、'.join(notes)}）" if notes else told


def _joined(paragraph: str) -> str:
    """The lines of a paragraph in one; between two words of Latin letters the line break was a space."""
    whole = ""
    for line in paragraph.split("\n"):
        gap = " " if whole[-1:].isascii() and line.strip()[:1].isascii() and whole else ""
        whole += gap + line.strip()
    return whole
