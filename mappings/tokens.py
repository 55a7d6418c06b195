"""The signs and words of the condition language: text → tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mappings.errors import UserError

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "empty", "true", "false", "null"})
_NAME_SIGNS = "（）・／－～〜＿"
_OPERATORS = ("<=", ">=", "<>", "=", "<", ">", "+", "-", "*", "(", ")", ",", ".")
_DIGITS = 18  # whole numbers fit 64 bits
_MISTAKEN = {
    "==": "等しいは = と書いてください",
    "!=": "等しくないは <> と書いてください",
    "&&": "かつは and と書いてください",
    "||": "または は or と書いてください",
}


class ExpressionError(UserError):
    """A condition that cannot be read. `position` counts characters from 1."""

    def __init__(self, text: str, position: int, problem: str, advice: str = "") -> None:
        self.text, self.position, self.problem, self.advice = text, position, problem, advice
        super().__init__(f"条件式「{text}」の{position}文字目: {problem}" + (f" → {advice}" if advice else ""))


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a condition; `position` counts characters from 1."""

    kind: str  # name | word (keyword) | number | text | sign | end
    value: str
    position: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a condition, ending with one of kind `end`; raises ExpressionError."""
    at = 0
    while at < len(text):
        character = text[at]
        if character.isspace():
            at += 1
        elif character in "'\"":
            value, end = _quoted(text, at)
            yield Token("text" if character == "'" else "name", value, at + 1)
            at = end
        elif is_name_character(character):
            end = at
            while end < len(text) and is_name_character(text[end]):
                end += 1
            yield _word(text, at, end)
            at = end
        else:
            yield Token("sign", _sign(text, at), at + 1)
            at += len(_sign(text, at))
    yield Token("end", "", len(text) + 1)


def is_name_character(character: str) -> bool:
    """Whether a name may hold it without quotes: letters and digits of any script, _ and a few full-width signs."""
    return character in _NAME_SIGNS or ("a" + character).isidentifier()


def is_plain_name(name: str) -> bool:
    """Whether the name can stand without quotes."""
    return name not in KEYWORDS and not name.isdecimal() and all(map(is_name_character, name))


def _quoted(text: str, start: int) -> tuple[str, int]:
    quote = text[start]
    found = re.compile(f"{quote}((?:[^{quote}]|{quote}{quote})*){quote}").match(text, start)
    if found is None:
        raise ExpressionError(text, start + 1, f"{quote} が閉じていません", f"終わりに {quote} を書いてください")
    value = found[1].replace(quote * 2, quote)
    if quote == '"' and not value:
        raise ExpressionError(text, start + 1, "名前が空です", '"" の中に項目名を書いてください')
    return value, found.end()


def _word(text: str, at: int, end: int) -> Token:
    word = text[at:end]
    if re.fullmatch("[0-9]+", word):
        if len(word) > _DIGITS:
            raise ExpressionError(text, at + 1, "数字の桁が多すぎます", "番号は文字として ' で囲んでください")
        return Token("number", word, at + 1)
    if word.isdecimal():
        raise ExpressionError(
            text, at + 1, f"数字「{word}」が全角です", '半角で書いてください。項目名なら " で囲みます'
        )
    return Token("word" if word in KEYWORDS else "name", word, at + 1)


def _sign(text: str, at: int) -> str:
    if advice := _MISTAKEN.get(text[at : at + 2]):
        raise ExpressionError(text, at + 1, f"「{text[at : at + 2]}」は使えません", advice)
    for sign in _OPERATORS:
        if text.startswith(sign, at):
            return sign
    advice = '記号は半角で書いてください。項目名の一部なら項目名全体を " で囲みます'
    raise ExpressionError(text, at + 1, f"「{text[at]}」は使えません", advice)
