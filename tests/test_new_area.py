"""A whole new area with two vendors, in a town's own folder: files only, and everything ikou does works on it."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from mappings.layout_files import CODE_HEADINGS, HEADINGS

MAP = ("item", "from", "transform", "codes", "default", "note")
CODES = ("legacy", "standard", "meaning", "confirmed", "reviewer", "note")
AREA = """\
id = "inu"
title = "犬の登録"
order = 900
department = "環境課"
business_ids = ["900"]
"""
RULES = """\
[[rule]]
id = "INU-01"
severity = "E"
kind = "現行潜在誤り"
title = "登録より前の注射"
table = "chusha"
item = "注射年月日"
basis = "[K] 実務（未確認）"
check = "注射年月日 >= t.登録年月日"
message = "犬 {登録番号} の注射年月日 {注射年月日} が、登録年月日より前です"
look_at = "注射済票の控えを見て、注射年月日か登録年月日の誤っている方を現行システムで直してください。"
lookup = [{ alias = "t", table = "toroku", on = [["登録番号", "登録番号"]] }]

[[total]]
id = "tosu"
title = "登録頭数"
table = "toroku"
value = "count()"
by = ["犬の状態"]
unit = "頭"
"""
SETTINGS = """\
[municipality]
code = "123456"
name = "見本町"
[areas.inu]
role = "owner"
vendor = "VENDOR"
"""
ITEMS = {  # group → name, romaji, type, length, key, foreign key, code
    "toroku": [
        ("登録番号", "torokubango", "X", "8", "○", "", ""),
        ("飼い主氏名", "kainushishimei", "N", "40", "", "", ""),
        ("登録年月日", "torokunengappi", "DATE", "10", "", "", ""),
        ("犬の状態", "inunojotai", "X", "1", "", "", "901"),
    ],
    "chusha": [
        ("登録番号", "torokubango", "X", "8", "○", "inu.toroku.登録番号", ""),
        ("注射番号", "chushabango", "9", "2", "○", "", ""),
        ("注射年月日", "chushanengappi", "DATE", "10", "", "", ""),
        ("手数料", "tesuryo", "9", "5", "", "", ""),
    ],
}
TITLES = {"toroku": "犬の登録", "chusha": "狂犬病予防注射"}
STATES = [("901", "犬の状態", "1", "飼育中"), ("901", "犬の状態", "2", "死亡")]

FIRST_SOURCE = """\
title = "古井システム"
[tables.inu]
title = "犬（注射2回分の欄を持つ）"
files = ["inu/inu*.csv"]
reader = "csv"
encoding = "euc_jp"
key = ["鑑札番号"]
[groups.toroku]
tables = ["inu"]
filters = [{ id = "試し", when = "鑑札番号 = '00000000'", reason = "稼働試験のときの記録" }]
[groups.chusha]
tables = ["inu"]
filters = [{ id = "試し", when = "鑑札番号 = '00000000'", reason = "稼働試験のときの記録" }]
split = { number = "回", columns = { "注射日" = ["注射日１", "注射日２"], "料金" = ["料金１", "料金２"] } }
"""
FIRST = {
    "source.toml": FIRST_SOURCE,
    "columns/inu.csv": [("name",), *((name,) for name in
        ("鑑札番号", "飼い主", "登録日", "状態", "注射日１", "料金１", "注射日２", "料金２", "端末"))],
    "toroku.csv": [MAP, ("登録番号", "鑑札番号", "strip", "", "", ""), ("飼い主氏名", "飼い主", "strip", "", "", ""),
        ("登録年月日", "登録日", "era_date:strict", "", "", ""), ("犬の状態", "状態", "strip", "jotai", "", "")],
    "chusha.csv": [MAP, ("登録番号", "鑑札番号", "strip", "", "", ""), ("注射番号", "回", "integer", "", "", ""),
        ("注射年月日", "注射日", "era_date:strict", "", "", ""), ("手数料", "料金", "integer", "", "", "")],
    "codes/jotai.csv": [CODES, ("A", "1", "飼育中", "○", "見本", ""), ("B", "2", "死亡", "○", "見本", "")],
    "ignored.csv": [("table", "column", "reason"), ("inu", "端末", "入力した端末の番号。端末は廃止する")],
}  # fmt: skip
SECOND_SOURCE = """\
title = "別の会社"
[tables.inu]
title = "犬"
files = ["inu/INU*.dat"]
reader = "fixed"
encoding = "cp932"
record_length = 34
newline = "crlf"
key = ["番号"]
[tables.chusha]
title = "注射"
files = ["inu/CHUSHA*.dat"]
reader = "fixed"
encoding = "cp932"
record_length = 22
newline = "crlf"
key = ["番号", "回"]
[groups.toroku]
tables = ["inu"]
[groups.chusha]
tables = ["chusha"]
"""
PLACES = ("name", "start", "length")
SECOND = {
    "source.toml": SECOND_SOURCE,
    "columns/inu.csv": [PLACES, ("番号", 0, 8), ("氏名", 8, 16), ("登録", 24, 8), ("生死", 32, 2)],
    "columns/chusha.csv": [PLACES, ("番号", 0, 8), ("回", 8, 1), ("日", 9, 8), ("額", 17, 5)],
    "toroku.csv": [MAP, ("登録番号", "番号", "strip", "", "", ""), ("飼い主氏名", "氏名", "strip", "", "", ""),
        ("登録年月日", "登録", "era_date:strict", "", "", ""), ("犬の状態", "生死", "strip", "seishi", "", "")],
    "chusha.csv": [MAP, ("登録番号", "番号", "strip", "", "", ""), ("注射番号", "回", "integer", "", "", ""),
        ("注射年月日", "日", "era_date:strict", "", "", ""), ("手数料", "額", "integer", "", "", "")],
    "codes/seishi.csv": [CODES, ("生", "1", "飼育中", "○", "見本", ""), ("死", "2", "死亡", "○", "見本", "")],
}  # fmt: skip
DELIVERIES = {
    "furui": {
        ("inu/inu.csv", "inu", 4): (
            "鑑札番号,飼い主,登録日,状態,注射日１,料金１,注射日２,料金２,端末\r\n"
            "00000001,山田　太郎,R020401,A,R020501,3550,R030510,3550,T1\r\n"
            "00000002,鈴木　花子,H310430,B,R010601,3550,,,T2\r\n"
            "00000003,佐藤　次郎,R040601,A,R040401,3550,,,T1\r\n"
            "00000000,試験,R040601,A,,,,,T9\r\n"
        ).encode("euc_jp"),
    },
    "betsu": {
        ("inu/INU01.dat", "inu", 3): (
            "00000001山田　太郎      20200401生\r\n"
            "00000002鈴木　花子      20190430死\r\n"
            "00000003佐藤　次郎      20220601生\r\n"
        ).encode("cp932"),
        ("inu/CHUSHA01.dat", "chusha", 4): (
            b"0000000112020050103550\r\n0000000122021051003550\r\n0000000212019060103550\r\n0000000312022040103550\r\n"
        ),
    },
}
EXPECTED = {
    "toroku": [
        ("00000001", "山田　太郎", "2020-04-01", "1"),
        ("00000002", "鈴木　花子", "2019-04-30", "2"),
        ("00000003", "佐藤　次郎", "2022-06-01", "1"),
    ],
    "chusha": [
        ("00000001", "1", "2020-05-01", "3550"),
        ("00000001", "2", "2021-05-10", "3550"),
        ("00000002", "1", "2019-06-01", "3550"),
        ("00000003", "1", "2022-04-01", "3550"),
    ],
}


def table(path: Path, rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def layout(title: str, items: list[tuple[str, ...]]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [HEADINGS]
    for name, romaji, kind, length, key, foreign, code in items:
        given = {"データ項目": name, "データ項目（ローマ字）": romaji, "グループ_名称": title, "グループ_主キー": key}
        given |= {"グループ_外部キー": foreign, "データ型": kind, "桁数": length, "コード": code}
        given |= {"データ出力条件": "必須", "状態": "reference", "出典": "町の条例から作成した参考レイアウト"}
        rows.append([given.get(heading, "") for heading in HEADINGS])
    return rows


def vendor_folder(place: Path, files: dict[str, object]) -> None:
    for name, content in files.items():
        if isinstance(content, str):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(content, encoding="utf-8")
        else:
            table(place / name, content)  # type: ignore[arg-type]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A workspace whose mappings hold an area ikou does not ship, with its layout, rules and two vendors."""
    area = tmp_path / "mappings" / "inu"
    area.mkdir(parents=True)
    (area / "area.toml").write_text(AREA, encoding="utf-8")
    (area / "rules.toml").write_text(RULES, encoding="utf-8")
    for group, items in ITEMS.items():
        table(
            area / "standard" / f"{group}.csv", layout({"toroku": "犬の登録", "chusha": "狂犬病予防注射"}[group], items)
        )
    states = [(*state, "", "reference", "参考") for state in STATES]
    table(area / "standard" / "codes.csv", [CODE_HEADINGS, *states])
    vendor_folder(area / "legacy" / "furui", FIRST)
    vendor_folder(area / "legacy" / "betsu", SECOND)
    return tmp_path


def deliver(town: Path, vendor: str) -> None:
    (town / "ikou.toml").write_text(SETTINGS.replace("VENDOR", vendor), encoding="utf-8")
    manifest: list[Sequence[object]] = [("file", "area", "table", "as_of", "records", "bytes", "sha256")]
    for (name, legacy, records), content in DELIVERIES[vendor].items():
        (town / "delivery" / name).parent.mkdir(parents=True, exist_ok=True)
        (town / "delivery" / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        manifest.append((name, "inu", legacy, "2026-10-01", records, len(content), digest))
    table(town / "delivery" / "manifest.csv", manifest)
    totals = [("inu", "tosu", by, value, "件数表") for by, value in (("", 3), ("1", 2), ("2", 1))]
    table(town / "delivery" / "totals.csv", [("area", "total", "by", "value", "source"), *totals])


@pytest.mark.parametrize("vendor", DELIVERIES)
def test_a_new_area_and_its_vendors_are_files_only(town: Path, vendor: str, ikou: Callable[..., object]) -> None:
    deliver(town, vendor)
    assert not list(town.rglob("*.py"))
    checked = ikou("mapping", "check", "-w", town)
    assert checked.code == 0, checked.err  # type: ignore[attr-defined]
    done = ikou("run", "-w", town)
    assert done.code == 1, done.err  # type: ignore[attr-defined]  # one finding, and it is the one planted
    run = town / "runs" / "R1"
    for group, expected in EXPECTED.items():
        frame = pl.read_parquet(run / f"stages/convert/inu/{group}.parquet").drop("record_id")
        assert sorted(frame.rows()) == expected
        with closing(sqlite3.connect(run / "town.sqlite")) as database:
            assert database.execute(f"select count(*) from inu_{group}").fetchone() == (len(expected),)
    errors = pl.read_parquet(run / "findings.parquet").filter(pl.col("severity") == "E")
    assert errors.select("rule", "key", "department").rows() == [("INU-01", "00000003|1", "環境課")]
    ledger = pl.read_csv(run / "ledger.csv", infer_schema=False)
    assert set(ledger["closes"]) == {"○"}
    totals = pl.read_csv(run / "totals.csv", infer_schema=False)
    assert set(totals["total"]) == {"tosu"}
    assert "犬の登録" in (town / "reports" / "R1" / "index.html").read_text(encoding="utf-8")
