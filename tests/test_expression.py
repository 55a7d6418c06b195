"""The condition language: text → tree → text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

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
from mappings.parsing import ExpressionError, aliases, is_aggregate, names, parse, show

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and c", Or((A, And((B, C))))),
        ("(a or b) and c", And((Or((A, B)), C))),
        ("a and b and c", And((A, B, C))),
        ("(a and b) and c", And((And((A, B)), C))),
        ("not a = b", Not(Compare("=", A, B))),
        ("not not a", Not(Not(A))),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a - (b - c)", Arithmetic("-", A, Arithmetic("-", B, C))),
        ("a + b * c <= 3", Compare("<=", Arithmetic("+", A, Arithmetic("*", B, C)), Literal(3))),
        ("a - -3 > -4", Compare(">", Arithmetic("-", A, Literal(-3)), Literal(-4))),
        ("a in ('01', 2, null)", In(A, (Literal("01"), Literal(2), Literal(None)))),
        ("a not in (true)", In(A, (Literal(True),), negated=True)),
        ("a is empty", IsEmpty(A)),
        ("a is not empty", IsEmpty(A, negated=True)),
        ("a<>''", Compare("<>", A, Literal(""))),
        ("a = 'it''s'", Compare("=", A, Literal("it's"))),
        ("世帯.続柄 = '02'", Compare("=", Name("続柄", "世帯"), Literal("02"))),
        ('"賦課 年度".税額 = 0', Compare("=", Name("税額", "賦課 年度"), Literal(0))),
        ("氏名（漢字） is empty", IsEmpty(Name("氏名（漢字）"))),
        ("佐々木・フリガナー is empty", IsEmpty(Name("佐々木・フリガナー"))),
        ("1期税額 + 2期税額", Arithmetic("+", Name("1期税額"), Name("2期税額"))),
        ('"in" is empty', IsEmpty(Name("in"))),
        ('"a""b" is empty', IsEmpty(Name('a"b'))),
        (
            "age(生年月日, as_of()) >= 15",
            Compare(">=", Call("age", (Name("生年月日"), Call("as_of", ()))), Literal(15)),
        ),
        ("parameter('上限', a) > 0", Compare(">", Call("parameter", (Literal("上限"), A)), Literal(0))),
    ],
)
def test_text_becomes_the_tree(text: str, tree: Expression) -> None:
    assert repr(parse(text)) == repr(tree)


@pytest.mark.parametrize(
    ("text", "position", "problem", "advice"),
    [
        ("", 1, "条件が書かれていません", ""),
        ("  ", 3, "条件が書かれていません", ""),
        ("a =", 4, "条件が途中で終わっています", ""),
        ("(a = 1", 7, "条件が途中で終わっています", "ここには ) が要ります"),
        ("a = 1)", 6, "「)」がここにあるのは誤りです", ""),
        ("a b", 3, "「b」がここにあるのは誤りです", ""),
        ("a AND b", 3, "「AND」がここにあるのは誤りです", "小文字で and"),
        ("a == 1", 3, "「==」は使えません", "= と書いて"),
        ("a != 1", 3, "「!=」は使えません", "<> と書いて"),
        ("a ＝ 1", 3, "「＝」は使えません", "半角"),
        ("a = １", 5, "数字「１」が全角です", "半角"),
        ("a = b = c", 7, "比較を続けて", "and"),
        ("a = 'x", 5, "' が閉じていません", "'"),
        ('"" is empty', 1, "名前が空です", ""),
        ("a in (b)", 7, "in の中には文字か数だけ", "'"),
        ("agee(a, b) > 1", 1, "関数「agee」はありません", "「age」ではありませんか"),
        ("age(a) > 1", 1, "age の引数は2個ですが1個あります", "満年齢"),
        ("concat(a)", 1, "concat の引数は2から9個ですが1個あります", ""),
        (r"matches(a, '\d')", 1, "正規表現に使える記号", ""),
        ("matches(a, '[')", 1, "正規表現「[」の形が正しくありません", ""),
        ("check_digit(a, 'm10')", 1, "検査数字の種類は m11w2-7", ""),
        ("exists(世帯.番号)", 1, "exists には参照の別名だけ", ""),
        ("parameter(上限) > 0", 1, "parameter の1つ目", ""),
        ("a.", 3, "別名のあとに項目名がありません", ""),
        ("a = 12345678901234567890", 5, "数字の桁が多すぎます", "'"),
        ("(" * 100 + "a", 61, "括弧が深すぎます", ""),
        ("not " * 100 + "a", 401, "not が続きすぎています", ""),
        ("a" + "+a" * 300 + " > 0", 402, "計算が長すぎます", ""),
    ],
)
def test_a_mistake_is_told_with_its_position(text: str, position: int, problem: str, advice: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.position == position
    assert problem in caught.value.problem
    assert advice in caught.value.advice
    assert f"{position}文字目" in str(caught.value)


def test_names_and_aliases() -> None:
    tree = parse("exists(世帯) and 世帯.番号 = 番号 and age(生年月日, as_of()) >= 15")
    assert names(tree) == {Name("番号", "世帯"), Name("番号"), Name("生年月日")}
    assert aliases(tree) == {"世帯"}
    assert aliases(parse("not exists(a)")) == {"a"}
    assert names(parse("not exists(a)")) == set()


def test_aggregates_are_known() -> None:
    assert is_aggregate(parse("count_if(a = '1') = 1"))
    assert is_aggregate(parse("not (sum(a) > 3 and b = 1)"))
    assert not is_aggregate(parse("number(a) = 1"))
    assert not is_aggregate(parse("prev(a) < a"))


def test_show_writes_only_needed_brackets() -> None:
    assert show(parse("((a)) and ((b = (1)))")) == "a and b = 1"
    assert show(parse("(a or b) and not (c)")) == "(a or b) and not c"
    assert show(parse('"氏名" is empty and "賦課 年度" = 1')) == '氏名 is empty and "賦課 年度" = 1'


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_LITERALS = st.builds(Literal, st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | _ANY_TEXT)
_WORDS = _ANY_TEXT.filter(bool) | st.sampled_from(["宛名番号", "in", "null", "1期", "１", "12", "氏（漢字）", "empty"])
_NAMES = st.builds(Name, _WORDS, st.just("") | _WORDS)
_SPECIAL = {"parameter", "matches", "check_digit", "exists", "starts", "contains"}


def _calls(children: SearchStrategy[Expression]) -> SearchStrategy[Expression]:
    plain = [function for name, function in FUNCTIONS.items() if name not in _SPECIAL]
    free = st.sampled_from(plain).flatmap(
        lambda f: (
            st.builds(Call, st.just(f.name), st.lists(children, min_size=f.arity[0], max_size=3).map(tuple))
            if f.arity[1] > 3
            else st.builds(Call, st.just(f.name), st.tuples(*[children] * f.arity[0]))
        )
    )
    exists = st.builds(Call, st.just("exists"), st.tuples(st.builds(Name, _WORDS)))
    starts = st.builds(Call, st.just("starts"), st.tuples(children, st.builds(Literal, _ANY_TEXT)))
    return free | exists | starts


def _nodes(children: SearchStrategy[Expression]) -> SearchStrategy[Expression]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        _calls(children),
        st.builds(Compare, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), children, children),
        st.builds(In, children, st.lists(_LITERALS, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(IsEmpty, children, st.booleans()),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*"]), children, children),
        st.builds(Not, children),
        st.builds(And, several),
        st.builds(Or, several),
    )


@given(st.recursive(_LITERALS | _NAMES, _nodes, max_leaves=12))
def test_what_is_shown_is_read_back(tree: Expression) -> None:
    assert repr(parse(show(tree))) == repr(tree)


@given(st.text("abc1あ（）()'\".,+-*<>= \nandorinisemptynull１＝", max_size=30))
def test_any_text_is_a_tree_or_a_told_mistake(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError as error:
        told = error.position
    else:
        assert repr(parse(show(tree))) == repr(tree)
        return
    assert 1 <= told <= len(text) + 1
