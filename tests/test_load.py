"""migration.load on real SQLite files and the real PostgreSQL: what stands in the table afterwards, what was said."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from mappings.errors import InputError
from mappings.layout import Group, Item, ItemType
from migration.database import open_engine
from migration.load import load_group
from migration.unloadable import LoadOptions

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")
needs_postgres = [
    pytest.mark.postgres,
    pytest.mark.skipif(not POSTGRES, reason="IKOU_TEST_POSTGRES is not set: no PostgreSQL to test on"),
]
ITEMS = (
    Item("宛名番号", "AtenaBango", ItemType.X, 15, primary_key=True),
    Item("履歴番号", "RirekiBango", ItemType.INTEGER, 5, primary_key=True),
    Item("氏名", "Shimei", ItemType.N, 3),
    Item("生年月日", "Seinengappi", ItemType.DATE, 10),
    Item("金額", "Kingaku", ItemType.SIGNED, 11),
    Item("持分", "Mochibun", ItemType.DECIMAL, 3, 2),
    Item("長い番号", "NagaiBango", ItemType.INTEGER, 25),
    Item("備考", "Biko", ItemType.BLOB, 0),
)
NAMES = [item.name for item in ITEMS]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}" if request.param == "sqlite" else POSTGRES)
    yield engine
    engine.dispose()


@pytest.fixture
def group(engine: sa.Engine) -> Iterator[Group]:
    group = Group("t" + uuid.uuid4().hex[:8], "shotoku", "所得", "999", "1.0", ITEMS)
    yield group
    with engine.begin() as connection:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{group.sql_name}"')


def frame(path: Path, rows: list[tuple[str | None, ...]]) -> Path:
    columns = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    ids = pl.Series("record_id", [(1 << 32) + number for number in range(1, len(rows) + 1)], pl.Int64)
    columns.insert_column(0, ids).write_parquet(path / "shotoku.parquet")
    return path / "shotoku.parquet"


def row(key: str, history: str | None = "1", **other: str | None) -> tuple[str | None, ...]:
    sound = {"氏名": "山田　太", "生年月日": "0000-01-01", "金額": "-12", "持分": "1.5", "長い番号": None, "備考": None}
    return (key, history, *{**sound, **other}.values())


def stands(engine: sa.Engine, group: Group) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        found = connection.execute(sa.text(f'SELECT * FROM "{group.sql_name}" ORDER BY 1, 2'))
        return [tuple(line) for line in found]


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def test_values_arrive_as_they_are(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    long, tricky = "9" * 25, '改\r\n行,"引用"\t\\N\\.'
    rows = [
        row("000000000000001", **{"長い番号": long, "備考": tricky}),
        row("000000000000002", "10", **{"金額": None}),
    ]
    loaded = load_group(group, frame(tmp_path, rows), engine)
    assert (loaded.rows, loaded.ledger.closes, loaded.findings.height) == (2, True, 0)
    first, second = stands(engine, group)
    assert first[:5] == ("000000000000001", 1, "山田　太", "0000-01-01", -12)
    assert (str(first[5]).rstrip("0"), str(first[6]), first[7]) == ("1.5", long, tricky)
    assert second[1:5] == (10, "山田　太", "0000-01-01", None)


def test_a_base_with_a_variation_selector_fits_where_one_character_does(
    engine: sa.Engine, group: Group, tmp_path: Path
) -> None:
    name = "葛\U000e0100" * 3
    assert load_group(group, frame(tmp_path, [row("1", **{"氏名": name})]), engine).rows == 1
    assert stands(engine, group)[0][2] == name


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("氏名", "一二三四五六七"),
        ("生年月日", "2024-01-01T00:00"),
        ("金額", "1,200"),
        ("金額", "１２"),
        ("金額", "1234567890123456789"),
        ("金額", ""),
        ("持分", "1.555"),
        ("持分", "1234.5"),
        ("長い番号", "9" * 26),
        ("備考", "a\0b"),
    ],
)
def test_a_value_the_column_cannot_hold_is_left_out_and_named(
    engine: sa.Engine, group: Group, tmp_path: Path, item: str, value: str
) -> None:
    rows = [row("1"), row("2", **{item: value}), row("3")]
    loaded = load_group(group, frame(tmp_path, rows), engine, LoadOptions(department="税務課"))
    assert [line[0] for line in stands(engine, group)] == ["1", "3"]
    assert (loaded.ledger.read, loaded.ledger.loaded, loaded.ledger.rejected, loaded.ledger.closes) == (3, 2, 1, True)
    finding = loaded.findings.row(0, named=True)
    assert (finding["rule"], finding["severity"], finding["key"]) == ("LOD-01", "E", "2|1")
    assert (finding["item"], finding["value"], finding["department"]) == (item, value, "税務課")
    assert finding["record_id"] == (1 << 32) + 2


def test_two_unfit_values_of_one_row_are_two_findings_and_one_rejected_row(
    engine: sa.Engine, group: Group, tmp_path: Path
) -> None:
    loaded = load_group(group, frame(tmp_path, [row("1", **{"金額": "x", "持分": "y"}), row("2")]), engine)
    assert sorted(loaded.findings["item"]) == ["持分", "金額"]
    assert (loaded.ledger.loaded, loaded.ledger.rejected) == (1, 1)


def test_a_secret_value_is_not_in_the_finding(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    rows = frame(tmp_path, [row("1", **{"長い番号": "12345678901x"})])
    loaded = load_group(group, rows, engine, LoadOptions(secret=frozenset({"長い番号"})))
    assert "12345678901" not in str(loaded.findings.rows())
    assert loaded.findings["item"].to_list() == ["長い番号"]


def test_rows_of_one_key(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    """The first stands in the table; an equal one is a duplicate, another one is rejected and named."""
    rows = [row("1"), row("1"), row("1", **{"金額": "99"}), row("2")]
    loaded = load_group(group, frame(tmp_path, rows), engine, LoadOptions(chunk_rows=2))
    assert [(line[0], line[4]) for line in stands(engine, group)] == [("1", -12), ("2", -12)]
    ledger = loaded.ledger
    assert (ledger.read, ledger.loaded, ledger.duplicate, ledger.rejected, ledger.closes) == (4, 2, 1, 1, True)
    assert loaded.findings.select("rule", "key", "value", "record_id").sort("record_id").rows() == [
        ("LOD-05", "1|1", "ファイル1の1件目と同じ", (1 << 32) + 2),
        ("LOD-02", "1|1", "", (1 << 32) + 3),
    ]


def test_an_empty_key_is_left_out_and_named(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    loaded = load_group(group, frame(tmp_path, [row("1", None), row("1", None), row("2")]), engine)
    assert [line[0] for line in stands(engine, group)] == ["2"]
    assert loaded.findings.select("rule", "item").rows() == [("LOD-03", "履歴番号")] * 2
    assert (loaded.ledger.rejected, loaded.ledger.closes) == (2, True)


def test_no_rows_make_an_empty_table(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    assert load_group(group, frame(tmp_path, []), engine).rows == 0
    assert stands(engine, group) == []


def test_a_second_load_replaces_the_first(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    load_group(group, frame(tmp_path, [row("1"), row("2")]), engine)
    load_group(group, frame(tmp_path, [row("3")]), engine)
    assert [line[0] for line in stands(engine, group)] == ["3"]
    assert sa.inspect(engine).get_pk_constraint(group.sql_name)["constrained_columns"] == ["AtenaBango", "RirekiBango"]
    assert not [name for name in tables(engine) if name.endswith("__new")]


def test_a_view_on_the_table(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    """SQLite keeps the view over the new table; PostgreSQL cannot, so the load says so and changes nothing."""
    load_group(group, frame(tmp_path, [row("1")]), engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f'CREATE VIEW "{group.area}_view" AS SELECT "AtenaBango" FROM "{group.sql_name}"')
    try:
        if engine.dialect.name == "sqlite":
            load_group(group, frame(tmp_path, [row("2"), row("3")]), engine)
        else:
            with pytest.raises(InputError, match="ビュー"):
                load_group(group, frame(tmp_path, [row("2"), row("3")]), engine)
        with engine.connect() as connection:
            seen = connection.exec_driver_sql(f'SELECT * FROM "{group.area}_view" ORDER BY 1').scalars().all()
        assert seen == (["2", "3"] if engine.dialect.name == "sqlite" else ["1"])
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'DROP VIEW "{group.area}_view"')


def test_a_stale_staging_table_is_no_hindrance(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f'CREATE TABLE "{group.sql_name}__new" (x TEXT)')
    load_group(group, frame(tmp_path, [row("1")]), engine)
    assert not [name for name in tables(engine) if name.endswith("__new")]


KILLED = """
    import os, pickle, signal, sys
    from pathlib import Path
    from migration import load
    from migration.database import open_engine
    group = pickle.loads(Path(sys.argv[3]).read_bytes())

    chunks = load._chunks

    def die(*arguments):
        print("dying", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    def dying(*arguments):
        for number, chunk in enumerate(chunks(*arguments)):
            if number == 2:
                die()
            yield chunk

    setattr(load, sys.argv[4], {"_chunks": dying, "_checked": die}[sys.argv[4]])
    load.load_group(group, Path(sys.argv[1]), open_engine(sys.argv[2]), load.LoadOptions(chunk_rows=1000))
"""


def test_a_fault_of_our_own_is_not_taken_for_the_database_s(
    engine: sa.Engine, group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_group(group, frame(tmp_path, [row("previous")]), engine)

    def failing(*arguments: object) -> Iterator[pl.DataFrame]:
        yield from ()
        raise ZeroDivisionError("connection")

    monkeypatch.setattr("migration.load._chunks", failing)
    with pytest.raises(ZeroDivisionError):
        load_group(group, frame(tmp_path, [row("1")]), engine)
    assert [line[0] for line in stands(engine, group)] == ["previous"]


def test_a_locked_file_is_said(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}")
    group = Group("zei", "shotoku", "所得", "999", "1.0", ITEMS)
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print(1, flush=True)"
    hold += "; input()"
    command = [sys.executable, "-c", hold, str(tmp_path / "town.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(InputError, match="ほかのプログラムが使っています"):
            load_group(group, frame(tmp_path, [row("1")]), engine)
        other.communicate(b"\n")


@pytest.mark.parametrize("moment", ["_chunks", "_checked"])
def test_a_killed_load_leaves_the_previous_table(engine: sa.Engine, group: Group, tmp_path: Path, moment: str) -> None:
    """Killed in the middle of the rows, and when all rows are in but the tables are not yet exchanged."""
    load_group(group, frame(tmp_path, [row("previous")]), engine)
    rows = frame(tmp_path, [row(str(number)) for number in range(5000)])
    (tmp_path / "group").write_bytes(pickle.dumps(group))
    url = engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(rows), url, str(tmp_path / "group"), moment],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (killed.stdout, killed.returncode) == ("dying\n", -signal.SIGKILL), killed.stderr
    assert [line[0] for line in stands(engine, group)] == ["previous"]
    assert load_group(group, rows, engine).rows == 5000
    assert len(stands(engine, group)) == 5000
