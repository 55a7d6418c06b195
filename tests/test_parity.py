"""The same expression over the same rows gives the same answer from Polars, SQLite and PostgreSQL."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator

import polars as pl
import pytest
import sqlalchemy as sa

from mappings.expression import FUNCTIONS, Call, Literal, Name
from mappings.layout import Item, ItemType
from mappings.parsing import parse
from validators.check_digits import KINDS
from validators.polars_expression import PolarsContext, to_polars
from validators.sql_expression import SqlColumn, SqlContext, to_sql

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")
AS_OF = "2025-04-01"
PARAMETERS = {
    "税額": [("", "2024-03-31", "7200"), ("2024-04-01", "", "10800")],
    "税率": [("2000-01-01", "", "0.075"), ("", "1999-12-31", "0.1")],
    "呼称": [("", "", "町")],
}
ITEMS = (
    Item("番", "ban", ItemType.X, 15),
    Item("名", "mei", ItemType.N, 40),
    Item("生", "sei", ItemType.DATE, 10),
    Item("日", "hi", ItemType.DATE, 10),
    Item("数", "su", ItemType.SIGNED, 9),
    Item("積", "seki", ItemType.DECIMAL, 5, scale=2),
    Item("長", "cho", ItemType.INTEGER, 20),
)
TEXTS = [
    "",
    "2024-05-06",
    "0",
    "007",
    "-5",
    "-",
    "12",
    "1234567890123456789",
    "１２",
    "abc",
    "a b",
    "A-1",
    "12\n",
    "016373",
    "33120015",
]
NUMBERS = [
    "123456789018",
    "123456789012",
    "7000012050002",
    "7000012050003",
    "12345678901",
    "12345678903",
    "983205673214",
]
NAMES = [
    "山田",
    "辻\U000e0102",
    "葛\U000e0100城\U000e0101",
    "塚\ufe00",
    "𠮷野家",
    "ｶﾅ",
    "ア イ",
    "\ue000",
    "山\t田",
    "ー",
    "12",
]
DATES = [
    "2000-02-29", "2001-02-29", "1912-07-30", "1926-12-25", "1945-00-00", "1945-08-00", "1945-A1-00", "1945-12-A3",
    "0000-00-00", "0000-01-01", "9999-12-31", "2025-03-31", "2025-04-01", "2024-12-31", "2025-02-30", "20250401",
    "2025-4-1", "２０２５-04-01", "1900-02-29", "2025-13-01", "2025-01-32", "2024", "1945-99-99", "1945-12-99",
]  # fmt: skip

ROW_EXPRESSIONS = [
    "length(名)", "length(番)", "number(番)", "number(名)", "ymd(生)", "ymd(番)", "age(生, 日)", "age(生, as_of())",
    "months(生, 日)", "days(生, 日)", "year(生)", "year(番)", "fiscal_year(日)", "real_date(生)", "real_date(番)",
    "matches(番, '[0-9]{3}')", "matches(番, '[0-9]+')", "matches(番, '(a|1).*')", "matches(番, 'a.c|1.|[^0-9]{1,2}')",
    "matches(名, '[ぁ-んァ-ヶー一-龠]+')", "matches(番, '-?[0-9]{1,3}')", "matches(番, '[0-9]{2}|abc')",
    "starts(名, '山')", "starts(番, '0')", "contains(名, '田')", "contains(番, '-')", "part(番, 2, 3)",
    "part(名, 1, 1)",
    "concat(番, '-', 名)", "concat(数, 番)", "first(番, 名)", "first(数, 0)", "choose(数 > 0, 数, 0)",
    "choose(番 is empty, '空', 番)", "floor(数, 100)", "floor(積, 10)", "check_digit(番, 'kojin')",
    "check_digit(番, 'hojin')", "check_digit(番, 'juminhyo')", "check_digit(番, 'm11w2-7')", "as_of()",
    "parameter('税額')", "parameter('税額', 日)", "parameter('税率', 日) < 積", "parameter('呼称')",
    "数 + 1", "数 - 番", "数 * 2", "積 * 数 > 100", "積 + 積 = 2 * 積", "数 > 積", "番 = 12", "番 = '12'", "番 <> 名",
    "番 < 名", "番 >= '1'", "生 < 日", "数 in (1, 2, -5)", "番 in ('12', 'abc')", "番 not in ('12', 'abc')",
    "番 in (12, 7)", "積 in (1, 2)", "積 = '1.50'", "積 >= 1", "番 is empty", "名 is not empty", "長 = 長",
    "length(長)",
    "number(長) > 5", "not (番 = 12) and (名 is empty or 数 > 0)", "番 = 12 or 数 > 0", "(数 > 0) = true",
    "数 > null", "日 <= as_of()", "ymd(生) <= ymd(日)",
]  # fmt: skip
GROUP_EXPRESSIONS = [
    "count()", "count_if(数 > 0)", "count_if(番 is empty)", "count_distinct(番)", "count_distinct(数)", "sum(数)",
    "sum(番)",
    "sum(積) > 10", "min(番)", "max(番)", "min(数)", "max(ymd(生))", "min(積) = max(積)", "max(名)", "番", "数", "長",
    "count() = 1 or 番 = '12'", "sum(数) = count() * 2", "性 = '1'", "max(choose(数 > 0, 日, 生))",
]  # fmt: skip
WINDOW_EXPRESSIONS = [
    "prev(数)", "prev(番)", "数 = prev(数) + 1", "prev(日) < 日", "count()", "sum(数)", "max(日)",
    "days(prev(日), 日) = 1", "count_if(数 > 0) > 1", "first(prev(番), '初')",
]  # fmt: skip


def rows(seed: int, size: int = 300) -> pl.DataFrame:
    """Rows with every kind of value a column may hold, NULL among them; `行` numbers them, `性` groups them."""
    pick = random.Random(seed)

    def some(values: list[str]) -> str | None:
        return None if pick.random() < 0.15 else pick.choice(values)

    signed = ["0", "1", "2", "-5", "-199", "999999999", "150"]
    decimals = ["0", "1.5", "12.34", "99999.99", "1", "0.07"]
    columns = {
        "行": [str(i) for i in range(size)],
        "性": [some(["1", "2", "3", "4", "x"]) for _ in range(size)],
        "番": [some(TEXTS + NUMBERS) for _ in range(size)],
        "名": [some(NAMES) for _ in range(size)],
        "生": [some(DATES) for _ in range(size)],
        "日": [some(DATES) for _ in range(size)],
        "数": [some(signed) for _ in range(size)],
        "積": [some(decimals) for _ in range(size)],
        "長": [some(["12345678901234567890", "7", "0"]) for _ in range(size)],
    }
    columns["性"][0] = "一"  # a group of one row, in which every item has one value
    columns |= {name: ["12", *columns[name][1:]] for name in ("番", "数", "長")}
    return pl.DataFrame(columns, schema={name: pl.String for name in columns})


ALL_ITEMS = (Item("行", "gyo", ItemType.INTEGER, 9), Item("性", "seibetsu", ItemType.X, 1), *ITEMS)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def table(request: pytest.FixtureRequest) -> Iterator[tuple[sa.Engine, sa.Table, pl.DataFrame]]:
    """The rows of `rows` in a database table made as the load stage makes it."""
    if request.param == "postgresql" and not POSTGRES:
        pytest.skip("IKOU_TEST_POSTGRES is not set")
    engine = sa.create_engine("sqlite://" if request.param == "sqlite" else POSTGRES)
    made = sa.Table(
        f"parity_{uuid.uuid4().hex}", sa.MetaData(), *(sa.Column(i.romaji, _type(i, engine)) for i in ALL_ITEMS)
    )
    frame = rows(7)
    with engine.begin() as connection:
        made.create(connection)
        connection.execute(
            made.insert(), [dict(zip((i.romaji for i in ALL_ITEMS), r, strict=True)) for r in frame.rows()]
        )
    yield engine, made, frame
    with engine.begin() as connection:
        made.drop(connection)
    engine.dispose()


def _type(item: Item, engine: sa.Engine) -> sa.types.TypeEngine[object]:
    sqlite = engine.dialect.name == "sqlite"
    if item.type in (ItemType.INTEGER, ItemType.SIGNED) and item.length <= 18:
        return sa.BigInteger()
    if item.type in (ItemType.INTEGER, ItemType.DECIMAL):
        return sa.Text() if sqlite else sa.Numeric(item.length + item.scale, item.scale)
    return sa.Text()


def _sql_context(engine: sa.Engine, made: sa.Table, **more: object) -> SqlContext:
    columns = {item.name: SqlColumn(made.c[item.romaji], item) for item in ALL_ITEMS}
    return SqlContext(engine.dialect.name, columns, as_of=AS_OF, parameters=PARAMETERS, **more)  # type: ignore[arg-type]


def _polars_context(**more: object) -> PolarsContext:
    return PolarsContext(AS_OF, PARAMETERS, {"行": 0, "数": 0, "積": 2}, **more)  # type: ignore[arg-type]


def _answers(engine: sa.Engine, query: sa.Select[tuple[object, ...]], kind: pl.DataType) -> list[object]:
    with engine.connect() as connection:
        values = [row[-1] for row in connection.execute(query)]
    return [bool(value) if kind == pl.Boolean and value is not None else value for value in values]


@pytest.mark.parametrize("text", ROW_EXPRESSIONS)
def test_rows(text: str, table: tuple[sa.Engine, sa.Table, pl.DataFrame]) -> None:
    engine, made, frame = table
    expected = frame.select(to_polars(parse(text), _polars_context()).alias("x"), "行").to_series()
    element = to_sql(parse(text), _sql_context(engine, made))
    actual = _answers(engine, sa.select(made.c.gyo, element).order_by(made.c.gyo), expected.dtype)
    assert actual == (expected.to_list() if len(expected) > 1 else [expected[0]] * frame.height)
    assert text == "数 > null" or any(value is not None for value in actual)


@pytest.mark.parametrize("kind", KINDS)
def test_check_digits(kind: str, table: tuple[sa.Engine, sa.Table, pl.DataFrame]) -> None:
    engine, made, frame = table
    tree = Call("check_digit", (Name("番"), Literal(kind)))
    expected = frame.select(to_polars(tree, _polars_context())).to_series().to_list()
    query = sa.select(made.c.gyo, to_sql(tree, _sql_context(engine, made))).order_by(made.c.gyo)
    assert _answers(engine, query, pl.Boolean()) == expected
    assert {True, False, None} == set(expected)


@pytest.mark.parametrize("text", GROUP_EXPRESSIONS)
def test_groups(text: str, table: tuple[sa.Engine, sa.Table, pl.DataFrame]) -> None:
    engine, made, frame = table
    checked = frame.group_by("性").agg(to_polars(parse(text), _polars_context(by=("性",))).alias("x"))
    expected = checked.sort("性", nulls_last=False)["x"]
    element = to_sql(parse(text), _sql_context(engine, made, by=("性",)))
    query = sa.select(made.c.seibetsu, element).group_by(made.c.seibetsu).order_by(made.c.seibetsu.nulls_first())
    assert _answers(engine, query, expected.dtype) == expected.to_list()
    assert expected.null_count() < len(expected)


@pytest.mark.parametrize("text", WINDOW_EXPRESSIONS)
def test_windows(text: str, table: tuple[sa.Engine, sa.Table, pl.DataFrame]) -> None:
    engine, made, frame = table
    order = [pl.col("数").cast(pl.Int64), pl.col("日"), pl.col("行").cast(pl.Int64)]
    context = _polars_context(by=("性",), order=("数", "日", "行"))
    answered = frame.sort(order, nulls_last=False).with_columns(to_polars(parse(text), context).alias("x"))
    expected = answered.sort(pl.col("行").cast(pl.Int64))["x"]
    element = to_sql(parse(text), _sql_context(engine, made, by=("性",), order=("数", "日", "行")))
    assert _answers(engine, sa.select(made.c.gyo, element).order_by(made.c.gyo), expected.dtype) == expected.to_list()


def test_every_function_is_compared() -> None:
    text = " ".join([*ROW_EXPRESSIONS, *GROUP_EXPRESSIONS, *WINDOW_EXPRESSIONS])
    assert [name for name in FUNCTIONS if f"{name}(" not in text] == ["exists"]  # compared with look-ups, below
