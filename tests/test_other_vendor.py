"""The same town as another vendor keeps it: other tables, codes, encodings and signs, and the same standard rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from area_cases import areas

from mappings.errors import InputError
from migration.decoding import codec
from migration.demonstration import MARK, Wanted, prepare_town
from migration.progress import Silent
from migration.run import Plan, run
from migration.setting_up import draft_settings
from migration.workspace import load_areas, open_workspace
from sample_data import make_town
from sample_data.euc import encode_euc_ms
from sample_data.formats import VENDOR, tables
from sample_data.retelling import FOLDER, areas_of
from sample_data.rewriting import rewritten
from sample_data.town import TOWN_LIST

OTHER = "tasys"
AREAS = tuple(areas_of(OTHER))
RESIDENTS = 300


@pytest.fixture(scope="module")
def told(once: Callable[..., Path]) -> dict[str, Path]:
    """Vendor → a workspace of the clean town, converted."""

    def made(vendor: str) -> Callable[[Path], None]:
        def make(folder: Path) -> None:
            town = make_town(folder, RESIDENTS, 2, "none", vendor=vendor)
            settings = draft_settings(town.code, town.name, town.as_of, town.vendors, TOWN_LIST)
            secret = settings.replace("include_secret = false", "include_secret = true")
            (folder / "ikou.toml").write_text(secret, encoding="utf-8")
            run(open_workspace(folder), Plan("R1", AREAS, last="convert"), datetime.now)

        return make

    return {vendor: once(f"told-{vendor}", made(vendor)) for vendor in (VENDOR, OTHER)}


def rows(folder: Path, area: str, group: str) -> pl.DataFrame:
    frame = pl.read_parquet(folder / f"runs/R1/stages/convert/{area}/{group}.parquet").drop("record_id")
    return frame.sort(frame.columns)


@pytest.mark.long
@pytest.mark.parametrize("area", AREAS)
def test_both_vendors_make_the_same_standard_rows(told: dict[str, Path], area: str) -> None:
    """Every item of every group, 個人番号 too; only the order of the records may differ."""
    place = told[VENDOR] / f"runs/R1/stages/convert/{area}"
    groups = [path.stem for path in sorted(place.glob("*.parquet")) if "." not in path.stem]
    assert groups == sorted(areas()[area].groups)
    for group in groups:
        one, other = (rows(told[vendor], area, group) for vendor in (VENDOR, OTHER))
        assert one.height == other.height > 0, group
        different = [name for name in one.columns if not one[name].equals(other[name])]
        assert not different, (group, different)


@pytest.mark.long
@pytest.mark.parametrize("area", AREAS)
def test_nothing_of_the_other_vendor_is_read_with_a_finding(told: dict[str, Path], area: str) -> None:
    found = [
        pl.read_parquet(path).select("rule", "severity", "message")
        for stage in ("extract", "convert")
        for path in (told[OTHER] / f"runs/R1/stages/{stage}/{area}").glob("*.findings.parquet")
    ]
    errors = pl.concat(found).filter(pl.col("severity") == "E") if found else pl.DataFrame()
    assert errors.rows() == []


@pytest.mark.long
@pytest.mark.parametrize("vendor", [VENDOR, OTHER])
def test_family_register_places_of_the_town_are_split_by_its_list_and_others_left_whole(
    told: dict[str, Path], vendor: str
) -> None:
    people = rows(told[vendor], "jumin", "jumin").filter(pl.col("本籍").is_not_null())
    parts = ["本籍_町字", "本籍_地番号または、街区符号", "本籍_町字コード"]
    here = pl.col("本籍_市区町村コード") == "403831"
    own, others = people.filter(here), people.filter(~here)
    assert 0.3 * people.height < own.height < 0.8 * people.height
    assert own.select(parts).null_count().row(0) == (0, 0, 0)
    assert others.select(parts).null_count().row(0) == (others.height,) * 3
    known = {(name, code) for code, name in areas()["jumin"].code_lists["120"].values.items()}
    assert set(own.select("本籍_町字", "本籍_町字コード").rows()) <= known
    assert own["本籍_地番号または、街区符号"].str.contains("^[０-９]+(－[０-９]+)?$").all()
    found = pl.read_parquet(told[vendor] / "runs/R1/stages/convert/jumin/jumin.findings.parquet")
    assert found.filter(pl.col("rule").str.starts_with("ADR-")).is_empty()


def test_the_other_vendor_is_another() -> None:
    """Its files are of other kinds, and the two have hardly a column in common; it has no Python of its own."""
    kinds = {(table.reader, table.encoding) for area in AREAS for table in tables(area, OTHER).values()}
    assert kinds == {
        ("csv", "euc_jp_ms"), ("csv", "utf-8-sig"), ("csv", "cp932"), ("host", "ibm930"), ("fixed", "cp932"),
        ("excel", ""), ("database", ""), ("images", ""),
    }  # fmt: skip
    names = {vendor: {(area, table.id, column.name) for area in AREAS for table in tables(area, vendor).values()
                      for column in table.columns} for vendor in (VENDOR, OTHER)}  # fmt: skip
    assert len(names[VENDOR] & names[OTHER]) < len(names[OTHER]) / 10
    assert not [path for path in FOLDER.rglob("*") if path.is_file() and path.suffix not in (".csv", ".toml")]


@pytest.mark.parametrize(
    ("vendor", "faults", "words"),
    [("tasis", "none", "「tasys」ではありませんか"), (OTHER, "all", "--faults none を付けてください")],
)
def test_what_cannot_be_told_is_refused(tmp_path: Path, vendor: str, faults: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make_town(tmp_path, 60, 1, faults, vendor=vendor)


def test_a_demo_of_another_vendor_is_another_demo(tmp_path: Path) -> None:
    (tmp_path / MARK).write_text(json.dumps(asdict(Wanted(60, 1, "none"))), encoding="utf-8")
    prepare_town(tmp_path, Wanted(60, 1, "none"), Silent())  # the one begun: goes on with it
    with pytest.raises(InputError, match="別の条件で作った見本"):
        prepare_town(tmp_path, Wanted(60, 1, "none", OTHER), Silent())


@pytest.mark.long
def test_a_town_reads_the_vendor_it_has(told: dict[str, Path]) -> None:
    """Another vendor's folder is not even opened; without a town every vendor is there."""
    found = load_areas(open_workspace(told[OTHER]))
    assert {name: {*area.sources} for name, area in found.items() if name in AREAS} == {one: {OTHER} for one in AREAS}
    assert not [path for area in found.values() for path in area.files if area.id in AREAS and VENDOR in path.parts]
    assert {*areas()["jumin"].sources} == {VENDOR, OTHER}


@pytest.mark.parametrize(
    ("chain", "text", "written"),
    [
        ("date:plain", "3450301", "19700301"),
        ("date:iso", "S450301", "1970-03-01"),
        ("date:kanji", "5010501", "令和元年5月1日"),
        ("date:sign45678", "4310430", "7310430"),
        ("date:either", "3450000", "S45.00.00"),
        ("date:either", "19700301", "19700301"),
        ("date:dots", "20190501", "R01.05.01"),
        ("date:slash or:9999/12/31", "", "9999/12/31"),
        ("month:plain", "50610", "202410"),
        ("month:slash", "202410", "2024/10"),
        ("year:kanji", "506", "令和6年"),
        ("year:dots", "2019", "H31"),
        ("stamp:iso", "20261001 090301", "2026-10-01 09:03:01"),
        ("before:half kana", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ"),
        ("after:full", "山田", ""),
        ("comma", "001234567", "1,234,567"),
        ("bare", "000", "0"),
        ("flag:_○", "0", ""),
        ("flag:NY", "", ""),
        ("code:a>b prefix:X", "1", "X9"),
    ],
)
def test_steps_of_writing(chain: str, text: str, written: str) -> None:
    assert rewritten(pl.Series([text]), chain, lambda *_: {"1": "9"}).to_list() == [written]


def test_a_text_a_step_cannot_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="no date of the old system: '99999'"):
        rewritten(pl.Series(["99999"]), "date:iso", lambda *_: {})


def test_euc_is_written_as_it_is_read() -> None:
    text = "髙橋ｱ①～－∥￢纊\ue000\ue757"
    read = codec("euc_jp_ms").decode_all(pa.array([encode_euc_ms(text)])).series.to_list()
    assert read == [text]
    with pytest.raises(ValueError, match=r"U\+20BB7"):
        encode_euc_ms("𠮷")
