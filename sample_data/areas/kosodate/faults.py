"""Faults in 子ども・子育て支援: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench, Record
from sample_data.planters import Planter, Value, cells, dropped

CERTIFICATE, USE, DUE = "kosodate.nintei", "kosodate.riyo", "kosodate.futan"
BILL, OTHER = "kosodate.chotei", "kosodate.mushoka"
_TODAY = "2026/10/01"
_CLOSED, _UNKNOWN = "4038310000031", "4038319999999"
LATEST = pl.col("最新区分") == "1"
VALID = LATEST & (pl.col("取消日") == "") & (pl.col("有効期間至") >= _TODAY)
SECOND, THIRD = pl.col("認定区分") == "K2", pl.col("認定区分") == "K3"
USING = pl.col("利用状況") == "1"
TAXED, BIG = pl.col("階層").is_in(["D5", "D6"]), pl.col("クラス年齢") >= "3"


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """_rows: certificates of the child; _before: the kind of the one before; _in: uses a facility; _care: a 保育所."""
    own = tables["kosodate"]
    nurseries = own["shisetsu"].filter(pl.col("種別") == "H")["施設番号"].implode()
    using = own["riyo"].filter(USING)["認定番号"].implode()
    before = pl.col("認定区分").shift(1).over("認定番号").fill_null("")
    return {
        "nintei": own["nintei"].with_columns(
            _rows=pl.len().over("認定番号"), _before=before, _in=pl.col("認定番号").is_in(using)
        ),
        "riyo": own["riyo"].with_columns(_care=pl.col("施設番号").is_in(nurseries)),
    }


def _later_year(column: str) -> str:
    return f"{int(column[:4]) + 1}{column[4:]}"


def _second_birthday(row: Record) -> str:
    """A Japanese birth 5YYMMDD, two years later."""
    birth = row["児童生年月日"]
    return f"{int(birth[1:3]) + 2018 + 2}/{birth[3:5]}/{birth[5:]}"


def _twice_used(bench: Bench, count: int) -> list[str]:
    keys = []
    for one in bench.pick(USE, USING, count):
        row = one.record | {"利用連番": f"{int(one.record['利用連番']) + 1:03d}"}
        bench.change(one, 最新区分="0")
        bench.add(USE, row)
        keys.append(bench.key_of(USE, row))
    return keys


def _other_family(bench: Bench, count: int) -> list[str]:
    """The child has the guardian of another child."""
    keys = []
    for child, other in zip(bench.pick(CERTIFICATE, VALID, count), bench.pick(CERTIFICATE, VALID, count), strict=False):
        bench.change(child, 保護者宛名番号=other.record["保護者宛名番号"])
        keys.append(bench.key_of(CERTIFICATE, child.record))
    return keys


def _both_benefits(bench: Bench, count: int) -> list[str]:
    keys = []
    model = next(iter(bench.matching(OTHER, pl.col("認定種別") != "N"))).record
    grown = VALID & SECOND & pl.col("_in") & (pl.col("有効期間至") <= "2029/03/31")
    for child in bench.pick(CERTIFICATE, grown, count):
        own = {name: child.record[name] for name in ("児童宛名番号", "児童生年月日", "保護者宛名番号")}
        times = {"期間自": "2026/04/01", "期間至": child.record["有効期間至"], "取消日": ""}
        row = (
            model
            | own
            | times
            | {"無償化番号": f"298{child.record['認定番号'][3:]}", "認定種別": "M2", "必要事由": "01"}
        )
        bench.add(OTHER, row)
        keys.append(bench.key_of(OTHER, row))
    return keys


def _plus(column: str, amount: int) -> Value:
    return lambda row: str(int(row[column]) + amount)


PLANTERS: dict[str, Planter] = {
    "kosodate-COM-01": cells(CERTIFICATE, LATEST, 保護者宛名番号=lambda row: "0099" + row["認定番号"][4:]),
    "kosodate-COM-14": dropped(CERTIFICATE, (pl.col("認定連番") == "001") & (pl.col("_rows") > 1), key="認定番号"),
    "kosodate-COM-16": cells(CERTIFICATE, SECOND, 認定区分="K9"),
    "kosodate-COM-17": cells(CERTIFICATE, LATEST, 児童宛名番号=lambda row: row["児童宛名番号"].lstrip("0")),
    "kosodate-KOD-01": cells(
        CERTIFICATE,
        ~THIRD & (pl.col("認定連番") == "001") & pl.col("児童生年月日").str.contains("^5.{4}(0[1-9]|1|2[0-8])"),
        有効期間自=_second_birthday,
    ),
    "kosodate-KOD-01-2": cells(
        CERTIFICATE,
        VALID & THIRD & ~pl.col("有効期間至").str.ends_with("02/29"),
        有効期間至=lambda row: _later_year(row["有効期間至"]),
    ),
    "kosodate-KOD-02": cells(
        CERTIFICATE,
        SECOND & (pl.col("_before") == "K3") & (pl.col("有効期間自").str.slice(8) > "02"),
        有効期間自=lambda row: row["有効期間自"][:8] + "01",
    ),
    "kosodate-KOD-02-2": cells(USE, pl.col("終了事由") == "1", 利用終了日=lambda row: row["利用終了日"][:4] + "/04/30"),
    "kosodate-KOD-02-3": _twice_used,
    "kosodate-KOD-03": cells(CERTIFICATE, SECOND | THIRD, 必要事由="", 必要量=""),
    "kosodate-KOD-04": cells(DUE, TAXED & (pl.col("期区分") == "2") & (pl.col("年度") == "2026"), 判定年度="2025"),
    "kosodate-KOD-04-2": cells(
        DUE, TAXED & BIG, 保護者1所得割=_plus("保護者1所得割", -60), 所得割合計=_plus("所得割合計", -60)
    ),
    "kosodate-KOD-04-3": cells(DUE, (pl.col("階層") == "D6") & BIG, 階層="D5"),
    "kosodate-KOD-05": cells(
        DUE,
        (pl.col("第何子") == "1") & (pl.col("保育料月額") > "0") & (pl.col("要保護区分") == "0"),
        保育料月額=_plus("保育料月額", -1_000),
    ),
    "kosodate-KOD-05-6": cells(DUE, pl.col("副食免除") == "1", 副食免除="0"),
    "kosodate-KOD-06": cells(USE, LATEST, 施設番号=_UNKNOWN),
    "kosodate-KOD-06-2": cells(USE, USING & pl.col("_care"), 施設番号=_CLOSED),
    "kosodate-KOD-07": _other_family,
    "kosodate-KOD-07-2": cells(
        CERTIFICATE, LATEST & (pl.col("取消日") != "") & (pl.col("有効期間至") > _TODAY), 取消日="", 取消事由=""
    ),
    "kosodate-KOD-08": _both_benefits,
    "kosodate-KOD-08-4": cells(
        OTHER, (pl.col("認定種別") == "N") & (pl.col("期間自") == "2026/04/01"), 期間自="2026/03/01"
    ),
    "kosodate-KOD-09": cells(
        BILL, pl.col("収納額") == pl.col("調定額"), 調定額=_plus("調定額", 1_000), 収納額=_plus("収納額", 1_000)
    ),
    "kosodate-SNO-01": cells(BILL, pl.col("収納額") == pl.col("調定額"), 未納額=lambda row: row["調定額"]),
}
