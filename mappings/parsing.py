"""Text → tree of the condition language (mappings.expression), by recursive descent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from mappings.errors import did_you_mean
from mappings.expression import (
    CHECK_DIGITS,
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
from mappings.tokens import KEYWORDS, ExpressionError, Token, tokens
from mappings.trees import aliases, calls, is_aggregate, names, show

__all__ = ["ExpressionError", "aliases", "calls", "is_aggregate", "names", "parse", "show"]

_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_DEEPEST = 60  # nested brackets; deeper texts are mistakes, and must not exhaust the stack
_LONGEST = 200  # operations in one chain, for the same reason


def parse(text: str) -> Expression:
    """The tree of a condition; raises ExpressionError."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        if self.tokens[0].kind == "end":
            self._fail("条件が書かれていません", token=self.tokens[0])
        tree = self._or()
        if self._peek().kind != "end":
            self._unexpected()
        return tree

    # reading the grammar

    def _peek(self) -> Token:
        return self.tokens[self.at]

    def _next(self) -> Token:
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
        if negations > _DEEPEST:
            self._fail("not が続きすぎています", "条件を見直してください")
        tree = self._comparison()
        for _ in range(negations):
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
        elif token == Token("word", "not", token.position):
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
        return self._chain("+-", self._product)

    def _product(self) -> Expression:
        return self._chain("*", self._primary)

    def _chain(self, signs: str, operand: Callable[[], Expression]) -> Expression:
        tree = operand()
        for _ in range(_LONGEST):
            if self._peek().kind != "sign" or self._peek().value not in signs:
                return tree
            tree = Arithmetic(self._next().value, tree, operand())
        self._fail("計算が長すぎます", "条件を分けて書いてください")

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

    def _named(self, token: Token) -> Expression:
        if self._peek() == Token("sign", "(", token.position + len(token.value)):
            return self._call(token)
        if not self._take("sign", "."):
            return Name(token.value)
        name = self._next()
        if name.kind not in ("name", "number"):
            self._fail("別名のあとに項目名がありません", "別名.項目名 と書いてください", token=name)
        return Name(name.value, token.value)

    def _call(self, token: Token) -> Expression:
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

    def _check(self, call: Call, token: Token) -> None:
        function, given = FUNCTIONS[call.function], len(call.arguments)
        least, most = function.arity
        if not least <= given <= most:
            wanted = str(least) if least == most else f"{least}から{most}"
            self._fail(f"{function.name} の引数は{wanted}個ですが{given}個あります", function.manual, token=token)
        if problem := _argument_problem(call):
            self._fail(problem, function.manual, token=token)

    # saying what is wrong

    def _fail(self, problem: str, advice: str = "", position: int = 0, token: Token | None = None) -> NoReturn:
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
