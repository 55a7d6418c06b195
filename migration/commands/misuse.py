"""What is wrong with a command line, in Japanese; typer says it in English."""

from __future__ import annotations

import re
from typing import Any

from mappings.errors import did_you_mean
from migration.commands.help_page import usage

_SAYS = (
    (r"No such command '(.*?)'", "「{0}」というコマンドはありません。"),
    (r"Missing command", "コマンドがありません。"),
    (r"No such option: (\S+)", "{0} というオプションはありません。"),
    (r"Option '(.*?)' requires", "{0} の後ろに値がありません。"),
    (r"Option '(.*?)' does not take a value", "{0} には値を付けません。"),
    (r"unexpected extra argument\(s\) \((.*)\)", "余分な引数があります: {0}"),
    (r"valid integer|valid number", "数字で示してください。"),
    (r"greater than or equal to (\S+)", "{0} 以上にしてください。"),
    (r"less than or equal to (\S+)", "{0} 以下にしてください。"),
)


def misuse(error: Any) -> str:
    """The message for a typer.TyperException: what is wrong, how the command is called, where its help is."""
    ctx = getattr(error, "ctx", None)
    told = _what(error)
    if ctx is None:
        return told
    return "\n".join([told, usage(ctx.command, ctx), f"詳しくは: {ctx.command_path} --help"])


def _what(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return _said(error.message) + _near(error)
    name = "、".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()
    if not error.message:
        return f"{name} がありません（{parameter.help}）。"
    return f"{name} の値が使えません。{_said(error.message)}"


def _said(message: str) -> str:
    found = ((re.search(pattern, message), text) for pattern, text in _SAYS)
    return next((text.format(*match.groups()) for match, text in found if match), message)


def _near(error: Any) -> str:
    """もしかして…, where a command or an option has a name like the one given."""
    if hasattr(error, "option_name"):
        return did_you_mean(error.option_name, getattr(error, "possibilities", None) or ())
    unknown = re.search(_SAYS[0][0], error.message)
    return did_you_mean(unknown[1], error.ctx.command.list_commands(error.ctx)) if unknown else ""
