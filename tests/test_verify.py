"""migration.verify: a table read back and compared with what should stand there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.errors import InputError
from mappings.layout import Group, Item, ItemType
from migration.database import open_engine
from migration.load import load_group
from migration.unloadable import LoadOptions
from migration.verify import verify_group

POSTGRES = os.environ.get("IKOU_TEST_POSTGRES", "")
needs_postgres = [
    pytest.mark.postgres,
    pytest.mark.skipif(not POSTGRES, reason="IKOU_TEST_POSTGRES is not set: no PostgreSQL to test on"),
]
ITEMS = (
    Item("番号", "Bango", ItemType.X, 5, primary_key=True),
    Item("氏名", "Shimei", ItemType.N, 10),
    Item("金額", "Kingaku", ItemType.SIGNED, 11),
    Item("持分", "Mochibun", ItemType.DECIMAL, 3, 2),
)
OPTIONS = LoadOptions(department="税務課")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}" if request.param == "sqlite" else POSTGRES)
    yield engine
    engine.dispose()


@pytest.fixture
def group(engine: sa.Engine) -> Iterator[Group]:
    group = Group("t" + uuid.uuid4().hex[:8], "shisan", "資産", "999", "1.0", ITEMS)
    yield group
    with engine.begin() as connection:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{group.sql_name}"')


def frame(path: Path, rows: list[tuple[str | None, ...]]) -> Path:
    columns = pl.DataFrame(rows, schema=dict.fromkeys((item.name for item in ITEMS), pl.String), orient="row")
    ids = pl.Series("record_id", [(1 << 32) + number for number in range(1, len(rows) + 1)], pl.Int64)
    columns.insert_column(0, ids).write_parquet(path / "shisan.parquet")
    return path / "shisan.parquet"


def change(engine: sa.Engine, sql: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(sql)


ROWS: list[tuple[str | None, ...]] = [
    ("1", "山田", "100", "1.5"),
    ("2", None, "-7", "0.25"),
    ("3", '改\r\n行,"', None, "10"),
]


def test_a_sound_load_has_no_difference(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    path = frame(tmp_path, ROWS)
    load_group(group, path, engine)
    verified = verify_group(group, path, engine)
    assert (verified.rows, verified.cells, verified.expected, verified.actual) == (3, 12, 3, 3)
    assert (len(verified.findings), len(verified.differences)) == (0, 0)
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name != "town.db") == ["shisan.parquet"]


def test_every_kind_of_difference_is_found(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    path = frame(tmp_path, ROWS)
    load_group(group, path, engine)
    name = group.sql_name
    change(engine, f"""UPDATE "{name}" SET "Shimei" = '田中' WHERE "Bango" = '1'""")
    change(engine, f"""UPDATE "{name}" SET "Shimei" = '' WHERE "Bango" = '2'""")
    change(engine, f"""DELETE FROM "{name}" WHERE "Bango" = '3'""")
    change(engine, f"""INSERT INTO "{name}" ("Bango") VALUES ('9')""")
    verified = verify_group(group, path, engine, options=OPTIONS)
    columns = ("key", "item", "expected", "actual", "cause", "rule")
    assert verified.differences.select(columns).rows() == [
        ("1", "氏名", "山田", "田中", "未説明", "VER-03"),
        ("2", "氏名", None, "", "未説明", "VER-03"),
        ("3", "", "（行あり）", "（行なし）", "未説明", "VER-01"),
        ("9", "", "（行なし）", "（行あり）", "未説明", "VER-02"),
    ]
    assert verified.findings.select("key", "rule", "severity", "department").rows() == [
        ("1", "VER-03", "E", "税務課"),
        ("2", "VER-03", "E", "税務課"),
        ("3", "VER-01", "E", "税務課"),
        ("9", "VER-02", "E", "税務課"),
    ]


def test_rows_the_load_left_out_are_explained_by_it(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    """Rejected by LOD-01, a second row of one key, and a duplicate: known losses are no new questions."""
    path = frame(tmp_path, [("1", None, "x", None), *ROWS[1:], ("2", None, "8", None), ROWS[2]])
    loaded = load_group(group, path, engine, OPTIONS)
    verified = verify_group(group, path, engine, loaded.findings, OPTIONS)
    assert verified.differences.select("key", "expected", "actual", "cause", "rule").rows() == [
        ("1", "（行あり）", "（行なし）", "投入できない行", "LOD-01"),
        ("2", "（行あり）", "（行なし）", "投入できない行", "LOD-02"),
    ]
    assert verified.findings.is_empty()
    assert (verified.rows, verified.expected, verified.actual) == (2, 2, 2)


def test_rows_of_one_split_record_stand_each_for_itself(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    """Three rows share a record_id; the one that does not fit takes no other with it."""
    path = frame(tmp_path, [("1", "山", None, None), ("2", "山", "x", None), ("3", "山", None, None)])
    pl.read_parquet(path).with_columns(record_id=pl.lit(7, pl.Int64)).write_parquet(path)
    loaded = load_group(group, path, engine)
    change(engine, f"""UPDATE "{group.sql_name}" SET "Shimei" = '川' WHERE "Bango" = '3'""")
    verified = verify_group(group, path, engine, loaded.findings)
    assert (loaded.rows, verified.rows) == (2, 2)
    assert verified.findings.select("key", "rule").rows() == [("3", "VER-03")]


def test_a_loaded_row_is_compared_though_another_of_its_key_was_left_out(
    engine: sa.Engine, group: Group, tmp_path: Path
) -> None:
    path = frame(tmp_path, [("1", "山", None, None), ("1", "川", None, None)])
    loaded = load_group(group, path, engine)
    change(engine, f"""UPDATE "{group.sql_name}" SET "Shimei" = '谷'""")
    verified = verify_group(group, path, engine, loaded.findings)
    assert verified.differences.select("key", "expected", "actual", "rule").rows() == [
        ("1", "（行あり）", "（行なし）", "LOD-02"),
        ("1", "山", "谷", "VER-03"),
    ]


def test_nothing_compared_is_never_a_pass(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    path = frame(tmp_path, [])
    load_group(group, path, engine)
    verified = verify_group(group, path, engine)
    assert verified.findings["rule"].to_list() == ["VER-04"]
    assert verified.rows == 0


def test_a_missing_table_is_said(engine: sa.Engine, group: Group, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="先に投入"):
        verify_group(group, frame(tmp_path, ROWS), engine)


def test_secret_values_are_not_shown_and_their_hash_says_nothing(
    engine: sa.Engine, group: Group, tmp_path: Path
) -> None:
    path = frame(tmp_path, ROWS)
    load_group(group, path, engine)
    hashes = []
    for amount in (101, 102):
        change(engine, f"""UPDATE "{group.sql_name}" SET "Kingaku" = {amount} WHERE "Bango" = '1'""")
        verified = verify_group(group, path, engine, options=LoadOptions(secret=frozenset({"金額"})))
        assert verified.differences.select("expected", "actual").rows() == [("（非表示）", "（非表示）")]
        assert "10" not in "".join(map(str, verified.findings.select("value", "message").row(0)))
        hashes.append(verified.differences["content_hash"].item())
    assert hashes[0] == hashes[1]


TEXT = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=10)
TABLE = st.dictionaries(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=5),
    st.tuples(
        TEXT, st.none() | st.integers(-(10**11) + 1, 10**11 - 1).map(str), st.sampled_from([None, "1.5", "0", "123.45"])
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE)
def test_law_load_then_read_gives_the_same_rows(
    engine: sa.Engine, group: Group, tmp_path: Path, content: dict[str, tuple[str | None, ...]]
) -> None:
    path = frame(tmp_path, [(key, *values) for key, values in content.items()])
    loaded = load_group(group, path, engine)
    verified = verify_group(group, path, engine)
    assert (loaded.rows, verified.rows, len(verified.differences)) == (len(content), len(content), 0)
