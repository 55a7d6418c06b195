"""A page taken for another of its family is noticed by its letters; the right page never is."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from mappings.host_encodings import shipped_encodings
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.codepages.letters import Doubt, better_page
from migration.decoding import codec
from migration.extract import extract_table
from sample_data.host_writing import HostWriter, host_bytes

SURNAMES = ("ﾔﾏﾀﾞ", "ｽｽﾞｷ", "ﾀﾅｶ", "ｻﾄｳ", "ﾜﾀﾅﾍﾞ", "ﾅｶﾑﾗ", "ｲﾉｳｴ", "ﾊｯﾄﾘ", "ｺﾊﾞﾔｼ", "ｵｵﾂｶ", "ｼﾐｽﾞ", "ﾖｼﾀﾞ")
GIVEN = ("ﾀﾛｳ", "ﾊﾅｺ", "ｼﾞﾛｳ", "ﾕｳｺ", "ｹﾝｼﾞ", "ﾏｻｵ", "ﾁﾖ", "ｷｮｳｺ", "ｼﾝｲﾁ", "ﾕﾐ")
LOWER = ("nguyen van anh", "maria santos", "john smith", "info@example.jp", "wang", "kim minsu", "tanaka@mail.example")
PAGES = tuple(shipped_encodings())
SWAPPED = {"ibm930": "ibm939", "ibm939": "ibm930", "ibm1390": "ibm1399", "ibm1399": "ibm1390"}


def names(count: int) -> list[str]:
    draw = random.Random(7)
    return [f"{draw.choice(SURNAMES)} {draw.choice(GIVEN)}" for _ in range(count)]


def judged(values: list[str], written: str, declared: str) -> Doubt | None:
    writer = HostWriter(shipped_encodings()[written])
    raw = pa.array([writer.text(value) for value in values])
    return better_page(codec(declared).decode_all(raw).series.to_list(), shipped_encodings()[declared])


@pytest.mark.parametrize("written", PAGES)
@pytest.mark.parametrize(
    "values", [names(60), list(LOWER) * 6, names(200) + list(LOWER)], ids=["kana", "lower", "both"]
)
def test_a_swapped_page_is_noticed_and_named(written: str, values: list[str]) -> None:
    doubt = judged(values, written, SWAPPED[written])
    assert doubt is not None
    assert doubt.page == written
    assert doubt.better in values


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("values", [names(60), list(LOWER) * 6, ["0123 ROOM A-1"] * 200, names(200) + list(LOWER), []])
def test_the_right_page_is_not_doubted(page: str, values: list[str]) -> None:
    assert judged(values, page, page) is None


def test_a_few_letters_prove_nothing() -> None:
    assert judged(["ﾔﾏﾀﾞ ﾀﾛｳ"] * 5, "ibm930", "ibm939") is None


def test_extract_tells_the_better_page(tmp_path: Path) -> None:
    columns = (LegacyColumn("カナ", 0, 16), LegacyColumn("氏名", 16, 14))
    table = LegacyTable("t", "表", ("f.dat",), "host", "ibm930", columns, record_length=30)
    frame = pl.DataFrame({"カナ": names(100), "氏名": ["山田太郎"] * 100})
    (tmp_path / "f.dat").write_bytes(host_bytes(frame, table))
    files = pl.DataFrame({"file_no": [1], "path": ["f.dat"]}, schema={"file_no": pl.Int64, "path": pl.String})
    right = extract_table("kotei", table, files, tmp_path, tmp_path).findings
    assert right.filter(pl.col("rule") == "EXT-21").is_empty()
    wrong = extract_table("kotei", replace(table, encoding="ibm939"), files, tmp_path, tmp_path).findings
    [message, better] = wrong.filter(pl.col("rule") == "EXT-21").select("message", "value").row(0)
    assert 'encoding = "ibm930"' in message
    assert "IBM 939" in message
    assert better in names(100)
