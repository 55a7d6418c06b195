"""What the command line says of itself: its help is whole and Japanese, and a wrong line is told in Japanese."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import typer.main
from rich.cells import cell_len

from migration.cli import ENTRIES, app
from migration.commands.help_page import wrapped
from migration.commands.misuse import misuse

Call = Callable[..., Any]
ENGLISH = re.compile("Usage|Options|Arguments|Commands|Show this|default|required|Try ", re.IGNORECASE)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("foo", "「foo」というコマンドはありません。"),
        ("spec foo", "「foo」というコマンドはありません。使えるのは diff、import、list、show"),
        ("statu", "「statu」というコマンドはありません。「status」ではありませんか"),
        ("init", "FOLDER がありません（作るフォルダ（まだ無いか、空であること））。"),
        ("init x", "--municipality がありません（全国地方公共団体コード（6桁））。"),
        ("run --area", "--area の後ろに値がありません。"),
        ("run --json=1", "--json には値を付けません。"),
        ("run --jso", "--jso というオプションはありません。「--json」ではありませんか"),
        ("gate a b", "余分な引数があります: a b"),
        ("demo x --residents 5", "--residents、-n の値が使えません。20 以上にしてください。"),
        ("demo x --residents 2000001", "--residents、-n の値が使えません。2000000 以下にしてください。"),
        ("demo x --residents 千人", "--residents、-n の値が使えません。数字で示してください。"),
    ],
)
def test_a_wrong_line_is_told_in_japanese(line: str, told: str, ikou: Call) -> None:
    said = ikou(*line.split())
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"エラー: {told}\n")
    assert not ENGLISH.search(said.err)


def test_a_wrong_line_comes_with_the_right_form(ikou: Call) -> None:
    said = ikou("init")
    assert said.err.splitlines()[1:] == ["使い方: ikou init <FOLDER> [オプション]", "詳しくは: ikou init --help"]
    said = ikou("spec", "show")
    assert said.err.splitlines()[1:] == [
        "使い方: ikou spec show <AREA> [<GROUP>] [オプション]",
        "詳しくは: ikou spec show --help",
    ]


def test_an_error_that_nobody_foresaw_is_told_as_typer_tells_it() -> None:
    assert misuse(typer.TyperException("something else")) == "something else"


@pytest.mark.parametrize("words", [(), ("spec",), ("mapping",), ("moji",), ("review",)], ids=" ".join)
def test_without_a_command_the_help_is_shown(words: tuple[str, ...], ikou: Call) -> None:
    said = ikou(*words)
    assert (said.code, said.err) == (2, "")
    assert said.out == ikou(*words, "--help").out


@pytest.mark.parametrize("width", [44, 80, 200])
def test_no_text_of_a_help_is_cut_however_narrow_the_terminal(
    width: int, ikou: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for name, command in leaves(typer.main.get_command(app)):
        said = ikou(*name, "--help").out
        assert not ENGLISH.search(said), name
        for parameter in command.params:
            assert bare(parameter.help) in bare(said), (name, parameter.name)
        if width > 44:
            assert max(map(cell_len, said.splitlines())) <= width, name


def test_the_list_of_commands_is_their_own_help_in_short(ikou: Call) -> None:
    said = ikou("--help").out
    for name, entry in ENTRIES.items():
        assert re.search(rf"^  {name} +{re.escape(entry.summary)}$", said, re.MULTILINE)
        assert entry.command(name).name == name


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("あいうえおかきくけこさ", ["あいうえおかきくけこ", "さ"]),
        ("あいうえおかきくけこ。", ["あいうえおかきくけ", "こ。"]),  # a full stop begins no line
        ("あいうえおかきくけ（さ）", ["あいうえおかきくけ", "（さ）"]),  # an opening bracket ends none
        ("あいうえおか ikou run し", ["あいうえおか ikou", "run し"]),  # a word stays whole
        ("あいう 0123456789012345678901234", ["あいう", "0123456789012345678901234"]),  # also when it is too long
    ],
)
def test_lines_end_where_japanese_lines_may(text: str, lines: list[str]) -> None:
    assert wrapped(text, 20) == lines


def test_the_help_imports_no_command() -> None:
    """So that it comes at once."""
    code = "import sys, migration.cli as c; sys.argv = ['ikou', '--help']\ntry: c.main()\nexcept SystemExit: pass\n"
    code += "print([name for name in ('sqlalchemy', 'sample_data', 'migration.run', 'reports') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "使い方: ikou" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def leaves(command: Any, name: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "every"):
        return [(name, command)]
    return [leaf for part, inner in command.every().items() for leaf in leaves(inner, (*name, part))]


def bare(text: str) -> str:
    return "".join(text.split())
