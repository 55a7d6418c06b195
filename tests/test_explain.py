"""explain: a loaded cell back to its bytes, and a source record forward, on a town full of faults."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reports.masking import PROTECTED_TEXT, SECRET_TEXT

Ikou = Callable[..., Any]  # how a command ended: code, out, err
NUMBER = (1 << 32) - 1


@pytest.fixture
def explain(ikou: Ikou, finished: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """`explain(area, table, key, …)` on the finished town, as JSON. Nothing is written into it."""
    monkeypatch.setattr("migration.audit.note", lambda *_, **__: None)

    def call(*arguments: str) -> dict[str, Any]:
        done = ikou("explain", *arguments, "-w", finished, "--json")
        assert done.code == 0, done.err
        return dict(json.loads(done.out))

    return call


@pytest.fixture
def refused(ikou: Ikou, finished: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What is said on standard error when the question cannot be answered."""
    monkeypatch.setattr("migration.audit.note", lambda *_, **__: None)

    def call(*arguments: str) -> str:
        done = ikou("explain", *arguments, "-w", finished)
        assert (done.code, done.out) == (2, "")
        return str(done.err)

    return call


def staged(finished: Path, area: str, table: str) -> pl.DataFrame:
    return pl.read_parquet(finished / "runs" / "R1" / "stages" / "extract" / area / f"{table}.parquet")


def made(finished: Path, area: str, name: str) -> pl.DataFrame:
    return pl.read_parquet(finished / "runs" / "R1" / "stages" / "convert" / area / f"{name}.parquet")


def found(finished: Path, rule: str, table: str = "") -> pl.DataFrame:
    findings = pl.read_parquet(finished / "runs" / "R1" / "findings.parquet").filter(pl.col("rule") == rule)
    return findings.filter(pl.col("table") == table) if table else findings


def fates(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fate["fate"], fate["key"]) for fate in answer["fates"]]


def test_a_cell_back_to_file_record_bytes_value_and_map_line(explain: Callable[..., Any], finished: Path) -> None:
    row = made(finished, "inkan", "toroku").filter(pl.col("登録年月日").is_not_null()).row(0, named=True)
    changes = made(finished, "inkan", "toroku.changes").filter(pl.col("record_id") == row["record_id"])
    change = changes.filter(pl.col("item") == "登録年月日").row(0, named=True)
    answer = explain("inkan", "toroku", change["key"], "登録年月日")
    [cell] = answer["cells"]
    assert (cell["value"], answer["loaded"]) == (row["登録年月日"], "")
    assert [(c["before"], c["after"]) for c in cell["changes"]] == [(change["before"], row["登録年月日"])]
    path, _, line = cell["map_line"].rpartition(":")
    text = (Path(__file__).parent.parent / path).read_text(encoding="utf-8-sig").splitlines()[int(line) - 1]
    assert text.startswith("登録年月日," + cell["sources"][0])
    [origin] = [one for one in answer["origins"] if one["role"] == "source"]
    assert (origin["file"], origin["record"]) == ("inkan/toroku.csv", row["record_id"] & NUMBER)
    data = (finished / "delivery" / origin["file"]).read_bytes()
    raw = data[origin["byte_start"] : origin["byte_start"] + origin["byte_length"]]
    assert bytes.fromhex(origin["bytes"]) == raw
    assert change["before"].encode("cp932") in raw
    assert origin["fields"][cell["sources"][0]] == change["before"]


def test_a_coded_cell_names_its_code_map(explain: Callable[..., Any], finished: Path) -> None:
    key = made(finished, "jumin", "jumin").select(pl.concat_str("宛名番号", "個人履歴番号", separator="|")).row(0)[0]
    [cell] = explain("jumin", "jumin", key, "性別")["cells"]
    assert "codes:seibetsu" in cell["rule"]
    assert cell["codes"].endswith("codes/seibetsu.csv")


def test_two_columns_become_one_and_the_winner_is_told(explain: Callable[..., Any], finished: Path) -> None:
    changes = made(finished, "jumin", "jumin.changes").filter(pl.col("item") == "異動届出年月日")
    for winner in ("転居用届出日", "出生用届出日"):
        change = changes.filter(pl.col("rule") == f"first:{winner} era_date:strict").row(0, named=True)
        answer = explain("jumin", "jumin", change["key"], "異動届出年月日")
        [cell] = answer["cells"]
        assert cell["sources"] == ["転居用届出日", "出生用届出日"]
        assert [(c["rule"], c["before"]) for c in cell["changes"]] == [(change["rule"], change["before"])]
        [origin] = [one for one in answer["origins"] if one["role"] == "source"]
        assert origin["fields"][winner] == change["before"]


def test_merged_records_stand_behind_a_row(explain: Callable[..., Any], finished: Path) -> None:
    lineage = made(finished, "jumin", "setai.lineage").filter(pl.col("role") == "merged")
    key, record_id, _ = lineage.row(0)
    behind = lineage.filter(pl.col("key") == key)["record_id"].to_list()
    answer = explain("jumin", "setai", key)
    assert [one["record"] for one in answer["origins"] if one["role"] == "merged"] == [one & NUMBER for one in behind]
    forward = explain("jumin", "setai", f"#{record_id & NUMBER}", "--source")
    assert fates(forward) == [("統合", key)]


def test_looked_up_records_are_told_for_the_items_that_use_them(explain: Callable[..., Any], finished: Path) -> None:
    lineage = made(finished, "jumin", "ido.lineage").filter(pl.col("role") == "lookup")
    key, record_id, _ = lineage.row(0)
    roles = {one["role"] for one in explain("jumin", "ido", key)["origins"]}
    assert roles == {"source", "lookup"}
    assert {one["role"] for one in explain("jumin", "ido", key, "異動番号")["origins"]} == {"source"}
    table = next(path.stem for path in (finished / "runs/R1/stages/extract/jumin").glob("*.parquet")
                 if "." not in path.stem and record_id in pl.read_parquet(path)["record_id"])  # fmt: skip
    forward = explain("jumin", table, f"#{record_id & NUMBER}", "--source")
    assert ("参照", key) in fates(forward)


def test_one_record_split_into_rows(explain: Callable[..., Any], finished: Path) -> None:
    frame = made(finished, "keiji", "genmen")
    record_id = frame.group_by("record_id", maintain_order=True).len().filter(pl.col("len") > 1)["record_id"][0]
    keys = frame.filter(pl.col("record_id") == record_id).select("車両管理番号", "減免番号").rows()
    forward = explain("keiji", "genmen", f"#{record_id & NUMBER}", "--source")
    assert fates(forward) == [("投入", "|".join(key)) for key in keys]


def test_a_rejected_a_duplicate_and_a_quarantined_record(explain: Callable[..., Any], finished: Path) -> None:
    rejected = found(finished, "CNV-01").row(0, named=True)
    forward = explain("jumin", rejected["table"], f"#{rejected['record']}", "--source")
    assert fates(forward)[0][0] == "却下"
    assert forward["fates"][0]["reason"] == f"主キーの{rejected['item']}が空"
    twice = found(finished, "LAY-05", "ido").row(0, named=True)
    forward = explain("jumin", "ido", f"#{twice['record']}", "--source")
    assert fates(forward) == [("重複", twice["key"])]
    first = made(finished, "jumin", "ido").filter(pl.col("異動番号") == twice["key"])["record_id"][0] & NUMBER
    assert forward["fates"][0]["reason"] == f"主キーが jumin/ido.csv の {first:,}件目 と同じ"
    bad = found(finished, "EXT-01").row(0, named=True)
    forward = explain("jumin", "ido", f"#{bad['record']}", "--source")
    assert fates(forward) == [("隔離", "")]
    assert "正しくは 18 個" in forward["fates"][0]["reason"]
    assert (forward["origin"]["fields"], forward["origin"]["bytes"]) == ({}, "")  # it may tell of a protected person
    assert [row["rule"] for row in forward["findings"]] == ["EXT-01"]


def test_rows_of_a_group_that_was_not_loaded_say_why(explain: Callable[..., Any], finished: Path) -> None:
    blocked = found(finished, "LOD-04").row(0, named=True)
    assert blocked["table"] == "ido"
    record_id, key = made(finished, "jumin", "ido").select("record_id", "異動番号").row(0)
    forward = explain("jumin", "ido", f"#{record_id & NUMBER}", "--source")
    assert fates(forward) == [("未投入", key)]
    assert "未確認です" in forward["fates"][0]["reason"]
    assert explain("jumin", "ido", key)["loaded"].startswith("異動は投入していません")


def test_individual_numbers_and_protected_whereabouts_are_masked(
    explain: Callable[..., Any], finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made(finished, "jumin", "jumin").drop_nulls("住所_番地号表記").row(0, named=True)
    person, address = row["宛名番号"], row["住所_番地号表記"]
    arguments = ("jumin", "jumin", f"{person}|{row['個人履歴番号']}")
    assert address in json.dumps(explain(*arguments), ensure_ascii=False)
    monkeypatch.setattr("migration.explaining.protected_people", lambda *_: frozenset({person}))
    answer = explain(*arguments)
    assert address not in json.dumps(answer, ensure_ascii=False)
    cells = {cell["item"]: cell["value"] for cell in answer["cells"]}
    assert (cells["住所_番地号表記"], cells["宛名番号"]) == (PROTECTED_TEXT, person)
    [origin] = [one for one in answer["origins"] if one["role"] == "source"]
    assert origin["bytes"] == ""
    assert origin["fields"]["個人番号"] == SECRET_TEXT
    forward = explain("jumin", "juki", f"#{origin['record']}", "--source")
    assert address not in json.dumps(forward, ensure_ascii=False)


def test_rows_about_a_protected_person_are_masked_whatever_their_key(
    explain: Callable[..., Any], finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = made(finished, "keiji", "sharyo")
    [place, *_] = [name for name in frame.columns if "定置" in name and frame[name].count()]
    [owner, *_] = [name for name in frame.columns if "宛名番号" in name]
    row = frame.drop_nulls([place, owner]).row(0, named=True)
    assert explain("keiji", "sharyo", row["車両管理番号"], place)["cells"][0]["value"] == row[place]
    monkeypatch.setattr("migration.explaining.protected_people", lambda *_: frozenset({row[owner]}))
    assert explain("keiji", "sharyo", row["車両管理番号"], place)["cells"][0]["value"] == PROTECTED_TEXT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("jumim", "jumin", "1"), "業務「jumim」はこの作業領域にありません。「jumin」"),
        (("jumin", "setaii", "1"), "表「setaii」はありません。「setai」"),
        (("jumin", "juk", "1", "--source"), "現行の表「juk」はありません。「juki」"),
        (("jumin", "ido", "そんなキー"), "キー「そんなキー」の行はありません。キーは 異動番号 です"),
        (("jumin", "ido", "#999999", "--source"), "jumin/ido.csv に 999,999件目の記録はありません"),
        (("jumin", "ido", "#０", "--source"), "「#０」が分かりません。ファイル#記録番号 で示してください"),
        (("jumin", "ido", "ない番号", "--source"), "「ない番号」はありません。キー 異動番号 か、#記録番号"),
    ],
)
def test_what_is_not_there_is_said_with_advice(
    refused: Callable[..., str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(*arguments)


def test_an_unknown_item_and_a_near_key(refused: Callable[..., str], finished: Path) -> None:
    key = made(finished, "jumin", "ido")["異動番号"][0]
    assert "項目「異動番合」はありません。「異動番号」" in refused("jumin", "ido", key, "異動番合")
    assert f"近いもの: {key}" in refused("jumin", "ido", key.lstrip("0") + "|1")


def test_the_text_for_people(ikou: Ikou, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migration.audit.note", lambda *_, **__: None)
    findings = pl.read_parquet(finished / "runs" / "R1" / "findings.parquet")
    places = made(finished, "jumin", "jumin").select(
        pl.concat_str("宛名番号", "個人履歴番号", separator="|").alias("key")
    )
    mine = findings.filter((pl.col("table") == "jumin") & (pl.col("item") != "")).join(places, on="key", how="semi")
    finding = mine.drop_nulls("record").row(0, named=True)
    said = ikou("explain", "jumin", "jumin", finding["key"], finding["item"], "-w", finished).out
    assert f"項目: {finding['item']}" in said
    assert f"元の記録: {finding['file']} の {finding['record']:,}件目（" in said
    assert f"{finding['severity']} {finding['rule']} {finding['item']}: " in said


def test_a_filtered_record_names_its_filter(workspace: Path, ikou: Ikou) -> None:
    path = workspace / "delivery" / "jutogai" / "jutogai.csv"
    with path.open(encoding="cp932", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[2]["削除フラグ"] = "1"
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    manifest = workspace / "delivery" / "manifest.csv"
    head, *_ = manifest.read_text(encoding="utf-8").splitlines()
    data = path.read_bytes()
    values = {"file": "jutogai/jutogai.csv", "area": "jutogai", "table": "jutogai", "as_of": "2026-10-01"}
    values |= {"records": str(len(rows)), "bytes": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}
    line = ",".join(values[name] for name in head.split(","))
    manifest.write_text(f"{head}\n{line}\n", encoding="utf-8")
    ikou("run", "-w", workspace)
    said = json.loads(ikou("explain", "jutogai", "jutogai", rows[2]["宛名番号"], "-s", "-w", workspace, "--json").out)
    [fate] = said["fates"]
    assert fate["fate"] == "除外"
    assert fate["reason"].startswith("除外条件「論理削除」: 現行システムで取り消された宛名")
    kept = json.loads(ikou("explain", "jutogai", "jutogai", "#1", "-s", "-w", workspace, "--json").out)
    assert [one["fate"] for one in kept["fates"]] == ["投入"]
    shutil.rmtree(workspace / "runs")
    assert ikou("explain", "jutogai", "atena", "1", "-w", workspace).code == 2
