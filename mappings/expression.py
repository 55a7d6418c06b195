"""The small language of conditions in rules, filters and look-ups: text → tree. No evaluation here.

    年齢条件:  age(生年月日, 登録年月日) >= 15
    状態:      異動事由 in ('01', '02') and not (消除年月日 is empty)

Precedence: or < and < not < comparison < + - < *. Texts stand in single quotes ('' inside a text is one quote), numbers
are whole, names are item or column names (any script), optionally `alias.name`; a name with other signs stands in
double quotes. Empty is NULL: a comparison with it is NULL, and a NULL check is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str  # = <> < <= > >=
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class In:
    value: Expression
    choices: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsEmpty:
    value: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str  # + - *
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Not:
    value: Expression


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expression, ...]


Expression: TypeAlias = Literal | Name | Call | Compare | In | IsEmpty | Arithmetic | Not | And | Or


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language. `aggregate` ones need `by`; `window` ones need `order`."""

    name: str
    arity: tuple[int, int]
    manual: str
    aggregate: bool = False
    window: bool = False


CHECK_DIGITS = ("m11w2-7", "juminhyo", "kojin", "hojin", "shichoson", "m10w2-1")

FUNCTIONS: dict[str, Function] = {
    f.name: f
    for f in (
        Function("length", (1, 1), "文字数（基底文字＋異体字セレクタは1文字）"),
        Function("number", (1, 1), "数字だけの文字列（先頭の - 可）を整数に。それ以外は空"),
        Function("ymd", (1, 1), "YYYY-MM-DD（すべて数字）を整数 YYYYMMDD に。不詳などは空"),
        Function(
            "age", (2, 2), "age(生年月日, 基準日): 満年齢。年齢計算ニ関スル法律により誕生日の前日に加齢。生まれる前は-1"
        ),
        Function("months", (2, 2), "months(から, まで): 満の月数"),
        Function("days", (2, 2), "days(から, まで): 日数。翌日なら1。どちらかが不詳または0000-01-01なら空"),
        Function("year", (1, 1), "先頭の年4桁を整数に。0000は空"),
        Function("fiscal_year", (1, 1), "年度（4月から翌年3月）を整数に。不詳は空"),
        Function("real_date", (1, 1), "暦に実在する日なら真（0000-…や不詳は偽、空は空）"),
        Function("matches", (2, 2), "matches(値, '正規表現'): 全体一致。使える記号は [ ] ( ) | ? * + { } . ^ $ のみ"),
        Function("starts", (2, 2), "starts(値, '前方')"),
        Function("contains", (2, 2), "contains(値, 'ことば')"),
        Function("part", (3, 3), "part(値, 開始(1から), 文字数): 異体字セレクタも1と数える"),
        Function("choose", (3, 3), "choose(条件, 真のときの値, それ以外の値)"),
        Function("floor", (2, 2), "floor(値, 単位): 単位未満を切り捨て（100円未満切捨てなら100）"),
        Function("concat", (2, 9), "つなぐ。空は空文字として扱う"),
        Function("first", (2, 9), "空でない最初の値"),
        Function(
            "check_digit",
            (2, 2),
            f"check_digit(番号, '種類'): 検査数字が正しければ真。種類は {', '.join(CHECK_DIGITS)}",
        ),
        Function("as_of", (0, 0), "基準日（YYYY-MM-DD）"),
        Function("parameter", (1, 2), "parameter('名前'[, 日付]): 年度別の値。日付省略は基準日"),
        Function("exists", (1, 1), "exists(別名): 参照先があれば真、なければ偽"),
        Function("count", (0, 0), "行数", aggregate=True),
        Function("count_if", (1, 1), "条件が真の行数", aggregate=True),
        Function("count_distinct", (1, 1), "空でない異なる値の数", aggregate=True),
        Function("sum", (1, 1), "合計（空は0）", aggregate=True),
        Function("min", (1, 1), "最小（空を除く）", aggregate=True),
        Function("max", (1, 1), "最大（空を除く）", aggregate=True),
        Function("prev", (1, 1), "by の中で order の順に1つ前の行の値", window=True),
    )
}
