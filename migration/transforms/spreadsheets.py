"""What a spreadsheet does to a number, recognised: what can be told exactly is put back, what is lost is said.

Lost leading zeros leave no trace of their own; they show in the length (`migration.transforms.identifiers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASK = "元のデータを文字列として出し直してください"
DATE_FAULT = f"表計算ソフトで日付に変わっています。元の番号には戻せません。{_ASK}"
EXPONENT_FAULT = f"表計算ソフトで指数（1.23E+11 の形）に変わり、下の桁が失われています。{_ASK}"
ERROR_FAULT = f"表計算ソフトのエラーの表示です。{_ASK}"

_MONTHS = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)"
_DATE = re.compile(
    f"(?:[0-9]{{1,4}}[-/ ])?{_MONTHS}(?:[-/ ][0-9]{{1,4}})?"
    "|[0-9]{1,4}/[0-9]{1,2}(?:/[0-9]{1,4})?(?: [0-9:]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]+)?"
    "|(?:[0-9]{1,4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?",
    re.IGNORECASE,
)
_ERROR = re.compile("#+|#(?:N/A|REF!|VALUE!|NAME[?]|DIV/0!|NUM!|NULL!)")
_QUOTED = re.compile('\'(.*)|="(.*)"')
_WHOLE = re.compile("([0-9]+)[.]0+")
_EXPONENT = re.compile("([0-9])(?:[.]([0-9]+))?[eE][+]?([0-9]{1,2})")
_GROUPED = re.compile("[0-9]{1,3}(?:,[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Recovered:
    """The text as it was before, and what was undone; or why it cannot be told."""

    text: str
    flag: str = ""
    fault: str = ""


def recovered(text: str) -> Recovered:
    """`text` in half width without spaces around."""
    if text.isascii() and text.isdigit():
        return Recovered(text)
    if quoted := _QUOTED.fullmatch(text):
        return Recovered(quoted[1] or quoted[2] or "", "表計算ソフトの記号を除去")
    if whole := _WHOLE.fullmatch(text):
        return Recovered(whole[1], "小数点以下の0を除去")
    if _GROUPED.fullmatch(text):
        return Recovered(text.replace(",", ""), "桁区切りを除去")
    if exponent := _EXPONENT.fullmatch(text):
        return _written_out(exponent[1], exponent[2] or "", int(exponent[3]))
    if _DATE.fullmatch(text):
        return Recovered("", fault=DATE_FAULT)
    return Recovered("", fault=ERROR_FAULT) if _ERROR.fullmatch(text) else Recovered(text)


def _written_out(first: str, decimals: str, power: int) -> Recovered:
    """Exact only when as many decimals are shown as the exponent has places."""
    if len(decimals) < power or decimals[power:].strip("0"):
        return Recovered("", fault=EXPONENT_FAULT)
    return Recovered(first + decimals[:power], "指数の形から復元")
