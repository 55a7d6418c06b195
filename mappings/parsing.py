"""Text ↔ tree of the condition language (mappings.expression): parse, show, and what a tree names.

The law: `parse(show(tree)) == tree`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from mappings.errors import UserError, did_you_mean
from mappings.expression import (
    FUNCTIONS,
    And,
    Arithmetic,
    Call,
    Compare,
    Expression,
    In,
    IsEmpty,
    Literal,
    Name,
    Not,
    Or,
)

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "empty", "true", "false", "null"})
CHECK_DIGITS = ("m11w2-7", "juminhyo", "kojin", "hojin")
_NAME_SIGNS = "（）・／－～〜＿"
_OPERATORS = ("<=", ">=", "<>", "=", "<", ">", "+", "-", "*", "(", ")", ",", ".")
_MISTAKEN = {
    "==": "等しいは = と書いてください",
    "!=": "等しくないは <> と書いてください",
    "&&": "かつは and と書いてください",
    "||": "または は or と書いてください",
}
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_DEEPEST = 60  # nested brackets; deeper texts are mistakes, and must not exhaust the stack


class ExpressionError(UserError):
    """A condition that cannot be read. `position` counts characters from 1."""

    def __init__(self, text: str, position: int, problem: str, advice: str = "") -> None:
        self.text, self.position, self.problem, self.advice = text, position, problem, advice
        super().__init__(f"条件式「{text}」の{position}文字目: {problem}" + (f" → {advice}" if advice else ""))


def parse(text: str) -> Expression:
    """The tree of a condition; raises ExpressionError."""
    return _Parser(text).whole()


def show(tree: Expression) -> str:
    """The shortest usual text of a tree, with brackets only where they are needed."""
    return _show(tree, 0)


def names(tree: Expression) -> set[Name]:
    """Every item or column the tree reads. The alias inside exists(…) is not one: see `aliases`."""
    return {node for node in _columns(tree) if isinstance(node, Name)}


def aliases(tree: Expression) -> set[str]:
    """Every look-up the tree uses, in `alias.name` or exists(alias)."""
    used = {name.alias for name in names(tree) if name.alias}
    for call in calls(tree):
        if call.function == "exists":
            used |= {argument.name for argument in call.arguments if isinstance(argument, Name)}
    return used


def calls(tree: Expression) -> Iterator[Call]:
    """Every function call in the tree, outer ones first."""
    if isinstance(tree, Call):
        yield tree
    for child in _children(tree):
        yield from calls(child)


def is_aggregate(tree: Expression) -> bool:
    """Whether the tree looks at groups of rows (count, sum …) and therefore needs `by`."""
    return any(FUNCTIONS[call.function].aggregate for call in calls(tree))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # name | word (keyword) | number | text | sign | end
    value: str
    position: int


def _children(tree: Expression) -> tuple[Expression, ...]:
    match tree:
        case Call(_, arguments):
            return arguments
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case In(value, _, _) | IsEmpty(value, _) | Not(value):
            return (value,)
        case And(parts) | Or(parts):
            return parts
        case _:
            return ()


def _columns(tree: Expression) -> Iterator[Expression]:
    yield tree
    if not (isinstance(tree, Call) and tree.function == "exists"):
        for child in _children(tree):
            yield from _columns(child)


def _is_name_character(character: str) -> bool:
    return character in _NAME_SIGNS or ("a" + character).isidentifier()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokens())
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        if self.tokens[0].kind == "end":
            self._fail("条件が書かれていません", token=self.tokens[0])
        tree = self._or()
        if self._peek().kind != "end":
            self._unexpected()
        return tree

    # reading characters

    def _tokens(self) -> Iterator[_Token]:
        at = 0
        while at < len(self.text):
            character = self.text[at]
            if character.isspace():
                at += 1
            elif character in "'\"":
                value, end = self._quoted(at)
                yield _Token("text" if character == "'" else "name", value, at + 1)
                at = end
            elif _is_name_character(character):
                end = at
                while end < len(self.text) and _is_name_character(self.text[end]):
                    end += 1
                yield self._word(self.text[at:end], at)
                at = end
            else:
                yield _Token("sign", self._sign(at), at + 1)
                at += len(self._sign(at))
        yield _Token("end", "", len(self.text) + 1)

    def _quoted(self, start: int) -> tuple[str, int]:
        quote = self.text[start]
        found = re.compile(f"{quote}((?:[^{quote}]|{quote}{quote})*){quote}").match(self.text, start)
        if found is None:
            self._fail(f"{quote} が閉じていません", f"終わりに {quote} を書いてください", start + 1)
        value = found[1].replace(quote * 2, quote)
        if quote == '"' and not value:
            self._fail("名前が空です", '"" の中に項目名を書いてください', start + 1)
        return value, found.end()

    def _word(self, word: str, at: int) -> _Token:
        if re.fullmatch("[0-9]+", word):
            return _Token("number", word, at + 1)
        if word.isdecimal():
            self._fail(f"数字「{word}」が全角です", '半角で書いてください。項目名なら " で囲みます', at + 1)
        return _Token("word" if word in KEYWORDS else "name", word, at + 1)

    def _sign(self, at: int) -> str:
        if advice := _MISTAKEN.get(self.text[at : at + 2]):
            self._fail(f"「{self.text[at : at + 2]}」は使えません", advice, at + 1)
        for sign in _OPERATORS:
            if self.text.startswith(sign, at):
                return sign
        advice = '記号は半角で書いてください。項目名の一部なら項目名全体を " で囲みます'
        self._fail(f"「{self.text[at]}」は使えません", advice, at + 1)

    # reading the grammar

    def _peek(self) -> _Token:
        return self.tokens[self.at]

    def _next(self) -> _Token:
        token = self._peek()
        self.at += token.kind != "end"
        return token

    def _take(self, kind: str, value: str) -> bool:
        token = self._peek()
        if (token.kind, token.value) != (kind, value):
            return False
        self.at += 1
        return True

    def _need(self, kind: str, value: str) -> None:
        if not self._take(kind, value):
            self._unexpected(f"ここには {value} が要ります")

    def _or(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            self._fail("括弧が深すぎます", "条件を分けて書いてください")
        parts = [self._and()]
        while self._take("word", "or"):
            parts.append(self._and())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Expression:
        parts = [self._not()]
        while self._take("word", "and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Expression:
        negations = 0
        while self._take("word", "not"):
            negations += 1
        tree = self._comparison()
        for _ in range(min(negations, _DEEPEST)):
            tree = Not(tree)
        return tree

    def _comparison(self) -> Expression:
        left = self._sum()
        token = self._peek()
        if token.kind == "sign" and token.value in _COMPARISONS:
            self._next()
            tree: Expression = Compare(token.value, left, self._sum())
        elif self._take("word", "is"):
            negated = self._take("word", "not")
            self._need("word", "empty")
            tree = IsEmpty(left, negated)
        elif token == _Token("word", "not", token.position):
            self._next()
            self._need("word", "in")
            tree = In(left, self._choices(), negated=True)
        elif self._take("word", "in"):
            tree = In(left, self._choices())
        else:
            return left
        if self._peek().kind == "sign" and self._peek().value in _COMPARISONS:
            self._fail("比較を続けて書くことはできません", "a < b and b < c のように分けてください")
        return tree

    def _choices(self) -> tuple[Literal, ...]:
        self._need("sign", "(")
        choices = [self._literal()]
        while self._take("sign", ","):
            choices.append(self._literal())
        self._need("sign", ")")
        return tuple(choices)

    def _literal(self) -> Literal:
        tree = self._primary()
        if not isinstance(tree, Literal):
            self._fail("in の中には文字か数だけを書けます", "文字は ' で囲みます", token=self.tokens[self.at - 1])
        return tree

    def _sum(self) -> Expression:
        tree = self._product()
        while self._peek().kind == "sign" and self._peek().value in "+-":
            tree = Arithmetic(self._next().value, tree, self._product())
        return tree

    def _product(self) -> Expression:
        tree = self._primary()
        while self._take("sign", "*"):
            tree = Arithmetic("*", tree, self._primary())
        return tree

    def _primary(self) -> Expression:
        token = self._next()
        match token.kind, token.value:
            case "text", value:
                return Literal(value)
            case "number", value:
                return Literal(int(value))
            case "sign", "-" if self._peek().kind == "number":
                return Literal(-int(self._next().value))
            case "sign", "(":
                tree = self._or()
                self._need("sign", ")")
                return tree
            case "word", "true" | "false":
                return Literal(token.value == "true")
            case "word", "null":
                return Literal(None)
            case "name", _:
                return self._named(token)
        self.at = self.tokens.index(token)
        self._unexpected()

    def _named(self, token: _Token) -> Expression:
        if self._peek() == _Token("sign", "(", token.position + len(token.value)):
            return self._call(token)
        if not self._take("sign", "."):
            return Name(token.value)
        name = self._next()
        if name.kind not in ("name", "number"):
            self._fail("別名のあとに項目名がありません", "別名.項目名 と書いてください", token=name)
        return Name(name.value, token.value)

    def _call(self, token: _Token) -> Expression:
        if token.value not in FUNCTIONS:
            self._fail(f"関数「{token.value}」はありません", did_you_mean(token.value, FUNCTIONS), token=token)
        self._need("sign", "(")
        arguments: list[Expression] = []
        if not self._take("sign", ")"):
            arguments.append(self._or())
            while self._take("sign", ","):
                arguments.append(self._or())
            self._need("sign", ")")
        call = Call(token.value, tuple(arguments))
        self._check(call, token)
        return call

    def _check(self, call: Call, token: _Token) -> None:
        function, given = FUNCTIONS[call.function], len(call.arguments)
        least, most = function.arity
        if not least <= given <= most:
            wanted = str(least) if least == most else f"{least}から{most}"
            self._fail(f"{function.name} の引数は{wanted}個ですが{given}個あります", function.manual, token=token)
        if problem := _argument_problem(call):
            self._fail(problem, function.manual, token=token)

    # saying what is wrong

    def _fail(self, problem: str, advice: str = "", position: int = 0, token: _Token | None = None) -> NoReturn:
        if not position:
            position = (token or self._peek()).position
        raise ExpressionError(self.text, position, problem, advice)

    def _unexpected(self, advice: str = "") -> NoReturn:
        token = self._peek()
        if token.kind == "end":
            self._fail("条件が途中で終わっています", advice)
        if token.value.lower() in KEYWORDS and token.value not in KEYWORDS:
            advice = f"小文字で {token.value.lower()} と書いてください"
        self._fail(f"「{token.value}」がここにあるのは誤りです", advice)


def _argument_problem(call: Call) -> str:
    texts = [a.value if isinstance(a, Literal) and isinstance(a.value, str) else None for a in call.arguments]
    match call.function:
        case "exists" if not (isinstance(call.arguments[0], Name) and not call.arguments[0].alias):
            return "exists には参照の別名だけを書きます"
        case "parameter" if texts[0] is None:
            return "parameter の1つ目には名前を ' で囲んで書きます"
        case "check_digit" if texts[1] not in CHECK_DIGITS:
            return f"検査数字の種類は {'、'.join(CHECK_DIGITS)} のどれかです"
        case "starts" | "contains" | "matches" if texts[1] is None:
            return f"{call.function} の2つ目は ' で囲んだ文字です"
        case "matches":
            return _pattern_problem(texts[1] or "")
    return ""


def _pattern_problem(pattern: str) -> str:
    if "\\" in pattern or "(?" in pattern:
        return "正規表現に使える記号は [ ] ( ) | ? * + { } . ^ $ だけです（\\d は [0-9] と書きます）"
    try:
        re.compile(pattern)
    except re.error:
        return f"正規表現「{pattern}」の形が正しくありません"
    return ""


_LEVEL = {Or: 1, And: 2, Not: 3, Compare: 4, In: 4, IsEmpty: 4}


def _level(tree: Expression) -> int:
    if isinstance(tree, Arithmetic):
        return 6 if tree.operator == "*" else 5
    return _LEVEL.get(type(tree), 7)


def _show(tree: Expression, outside: int) -> str:
    level = _level(tree)
    text = _shown(tree, level)
    return f"({text})" if level < outside else text


def _shown(tree: Expression, level: int) -> str:
    match tree:
        case Literal(value):
            return _show_literal(value)
        case Name(name, alias):
            return f"{_show_name(alias)}.{_show_name(name)}" if alias else _show_name(name)
        case Call(function, arguments):
            return f"{function}({', '.join(_show(argument, 0) for argument in arguments)})"
        case Compare(operator, left, right):
            return f"{_show(left, 5)} {operator} {_show(right, 5)}"
        case Arithmetic(operator, left, right):
            return f"{_show(left, level)} {operator} {_show(right, level + 1)}"
        case In(value, choices, negated):
            listed = ", ".join(_show_literal(choice.value) for choice in choices)
            return f"{_show(value, 5)} {'not in' if negated else 'in'} ({listed})"
        case IsEmpty(value, negated):
            return f"{_show(value, 5)} is {'not ' if negated else ''}empty"
        case Not(value):
            return f"not {_show(value, 3)}"
        case And(parts):
            return " and ".join(_show(part, 3) for part in parts)
        case Or(parts):
            return " or ".join(_show(part, 2) for part in parts)


def _show_literal(value: str | int | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
    return "'" + value.replace("'", "''") + "'"


def _show_name(name: str) -> str:
    plain = name not in KEYWORDS and not name.isdecimal() and all(map(_is_name_character, name))
    return name if plain else '"' + name.replace('"', '""') + '"'
