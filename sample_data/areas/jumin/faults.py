"""Faults in 住民基本台帳: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.areas.jumin.across import ACROSS
from sample_data.bench import Bench
from sample_data.planters import Planter, cells, doubled, dropped, twins

JUKI = "jumin.juki"
LATEST = pl.col("最新区分") == "1"
ALONE = pl.col("_alone")
LIVING = LATEST & (pl.col("住民状態") == "10") & ALONE
JAPANESE = pl.col("住民種別") == "0"
FOREIGN = pl.col("住民種別") == "1"
SINGLE = LIVING & JAPANESE & (pl.col("_size") == 1)
FREE = ~pl.col("_insured")
UNCARED = ~pl.col("_cared")
UNTAXED = ~pl.col("_taxed")
UNKEPT = ~pl.col("_kept")
GONE = LATEST & (pl.col("住民状態") != "10") & ALONE
OLD = (pl.col("最新区分") == "0") & ALONE & JAPANESE
KNOWN_DAY = pl.col("生年月日不詳区分") == "0"
NOBODY = "0099990000"
FUTURE = "5081130"


def _rename(column: str, tables: dict[str, tuple[str, ...]]) -> Planter:
    """The number of a single person (or their household) loses its leading zeros everywhere."""

    free = FREE & UNCARED & UNTAXED if column == "宛名番号" else FREE

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for picked in bench.pick(JUKI, SINGLE & free & (pl.col("_rows") <= 8), count):
            old = picked.record[column]
            new = old.lstrip("0")
            for table, columns in tables.items():
                for name in columns:
                    for row in list(bench.matching(table, pl.col(name) == old)):
                        bench.change(row, **{name: new})
                        if table == JUKI and row.index != picked.index:
                            bench.partner(bench.key_of(JUKI, row.record | {column: new}))
            keys.append(bench.key_of(JUKI, picked.record | {column: new}))
        return keys

    return plant


def _edit_after_removal(bench: Bench, count: int) -> list[str]:
    """Somebody who moved out has a 転居 afterwards; the 除票 points at that row."""
    keys = []
    for picked in bench.pick(JUKI, GONE & (pl.col("異動事由") == "21"), count):
        history = f"{int(picked.record['履歴番号']) + 1:03d}"
        new = picked.record | {"履歴番号": history, "異動事由": "41", "出生用届出日": "0000000"}
        bench.add(JUKI, new)
        bench.change(picked, 最新区分="0")
        for slip in list(bench.matching("jumin.johyo", pl.col("宛名番号") == picked.record["宛名番号"])):
            bench.change(slip, 履歴番号=history)
        keys.append(bench.key_of(JUKI, new))
    return keys


def _same_code(bench: Bench, count: int, *, gone: bool) -> list[str]:
    """Two people with one 住民票コード: both living, or one long gone (a 再転入 under a new number)."""
    keys = []
    models = bench.pick(JUKI, LIVING & JAPANESE & (pl.col("住民票コード") != ""), count)
    others = bench.pick(JUKI, GONE & (pl.col("住民票コード") != "") if gone else LIVING & JAPANESE, count)
    for one, other in zip(models, others, strict=False):
        bench.change(other, 住民票コード=one.record["住民票コード"])
        named, partner = (one, other) if gone else (other, one)
        keys.append(bench.key_of(JUKI, named.record))
        bench.partner(bench.key_of(JUKI, partner.record))
    return keys


def _householders(**values: str) -> Planter:
    """Changes every row of 世帯 of a one-person household (all rows of a household must agree)."""

    def plant(bench: Bench, count: int) -> list[str]:
        keys = []
        for picked in bench.pick(JUKI, SINGLE & (pl.col("続柄１") == "01"), count):
            number = picked.record["世帯番号"]
            for row in list(bench.matching("jumin.setai", pl.col("世帯番号") == number)):
                bench.change(row, **values)
            keys.append(number)
        return keys

    return plant


def _wrong_head(bench: Bench, count: int) -> list[str]:
    """世帯 names a head who lives in another household."""
    keys = []
    strangers = bench.pick(JUKI, SINGLE, count)
    homes = bench.pick(JUKI, SINGLE & FREE & (pl.col("続柄１") == "01"), count)
    for picked, stranger in zip(homes, strangers, strict=False):
        for row in list(bench.matching("jumin.setai", pl.col("世帯番号") == picked.record["世帯番号"])):
            bench.change(row, 世帯主宛名番号=stranger.record["宛名番号"])
        keys.append(picked.record["世帯番号"])
    return keys


def _second_present_stay(bench: Bench, count: int) -> list[str]:
    """Both stays of a foreigner are marked as the present one."""
    picked = bench.pick("jumin.zairyu", pl.col("最新区分") == "0", count)
    keys = []
    for one in picked:
        bench.change(one, 最新区分="1")
        rows = bench.matching(JUKI, LATEST & (pl.col("宛名番号") == one.record["宛名番号"]))
        keys += [bench.key_of(JUKI, row.record) for row in rows]
    return keys


def _strange_applicant(bench: Bench, count: int) -> list[str]:
    """併せて支援を求める者 whose applicant is somebody without any measure."""
    strangers = bench.pick(JUKI, SINGLE, count)
    children = bench.pick("jumin.shien", RUNNING & (pl.col("対象区分") == "2"), count)
    for child, stranger in zip(children, strangers, strict=False):
        bench.change(child, 申出者宛名番号=stranger.record["宛名番号"])
    return [bench.key_of("jumin.shien", child.record) for child in children]


RUNNING = pl.col("措置状態") == "1"
_PERSON_TABLES = {
    "jumin.juki": ("宛名番号",), "jumin.ido": ("宛名番号",), "jumin.setai": ("宛名番号", "世帯主宛名番号"),
}  # fmt: skip
_HOUSE_TABLES = {
    "jumin.juki": ("世帯番号",), "jumin.ido": ("異動前世帯番号", "異動後世帯番号"), "jumin.setai": ("世帯番号",),
    "jumin.johyo": ("世帯番号",),
}  # fmt: skip
_SAME = (
    "カナ氏名", "氏名", "生年月日元号", "生年月日", "生年月日不詳区分", "性別", "町字名", "番地", "住所コード",
)  # fmt: skip
BORN_LATE = KNOWN_DAY & (pl.col("生年月日") > "3300101") & (pl.col("生年月日") < "3640101")

PLANTERS: dict[str, Planter] = {
    "jumin-COM-08": twins(
        JUKI,
        SINGLE & KNOWN_DAY & (pl.col("生年月日") < "3260101"),
        SINGLE & FREE & UNCARED & BORN_LATE & (pl.col("続柄１") == "01"),
        _SAME,
    ),
    "jumin-COM-13": cells(JUKI, LIVING & FREE & UNCARED & UNKEPT & JAPANESE & BORN_LATE, 生年月日元号="4"),
    "jumin-COM-14": dropped(
        JUKI, OLD & (pl.col("履歴番号") == "002") & (pl.col("_rows") > 3), key="宛名番号", also=("jumin.ido",)
    ),
    "jumin-COM-14-2": cells(JUKI, GONE & FREE & UNCARED & UNTAXED, key="宛名番号", 最新区分="0"),
    "jumin-COM-15": cells("jumin.zairyu", (pl.col("最新区分") == "0") & ~pl.col("_living"), 在留満了日="19950401"),
    "jumin-COM-15-2": cells(
        "jumin.setai", (pl.col("世帯消滅日") != "") & (pl.col("_members") == 1), 世帯消滅日="S500101"
    ),
    "jumin-COM-17": _rename("宛名番号", _PERSON_TABLES),
    "jumin-COM-17-2": _rename("世帯番号", _HOUSE_TABLES),
    "jumin-COM-18": cells("jumin.shien", RUNNING, 閲覧抑止="0", 住民票抑止="0", 附票抑止="0"),
    "jumin-COM-18-2": cells("jumin.shien", RUNNING & (pl.col("対象区分") == "2"), 宛名番号=NOBODY),
    "jumin-COM-22": cells(JUKI, LIVING, 処理年月日=FUTURE),
    "jumin-COM-22-2": cells("jumin.ido", pl.col("異動事由").is_in(["01", "41", "58"]), 処理年月日="H010401"),
    "jumin-COM-23": cells(JUKI, LIVING, 郵便番号="811-42"),
    "jumin-COM-23-2": cells(JUKI, LIVING, 住所コード=""),
    "jumin-COM-23-3": cells(JUKI, LIVING, 自治体コード="403830"),
    "jumin-JUK-01": cells(
        JUKI,
        LIVING & (pl.col("続柄１") == "01") & (pl.col("_size") > 1),
        key="世帯番号",
        **{"続柄１": "90", "続柄名": "同居人"},
    ),
    "jumin-JUK-01-2": _wrong_head,
    "jumin-JUK-02": cells(
        JUKI,
        LIVING & (pl.col("続柄１") != "01") & (pl.col("_size") == 2),
        key="世帯番号",
        **{"続柄１": "01", "続柄２": "", "続柄名": "世帯主"},
    ),
    "jumin-JUK-03": cells(JUKI, LIVING & (pl.col("続柄名") == "子"), 続柄名="孫"),
    "jumin-JUK-04": cells(JUKI, LIVING & (pl.col("続柄名") == "妻"), **{"続柄１": "02", "続柄名": "夫"}),
    "jumin-JUK-04-2": cells(
        JUKI,
        LIVING & FREE & UNKEPT & (pl.col("続柄名") == "子") & pl.col("_dated"),
        生年月日元号="2",
        生年月日="2030401",
    ),
    "jumin-JUK-05": cells(JUKI, LIVING & BORN_LATE, 住定年月日="3200401"),
    "jumin-JUK-06": cells(
        JUKI,
        LIVING & ~pl.col("異動事由").is_in(["21", "22"]) & (pl.col("処理年月日") < "5080801"),
        異動年月日="5080815",
    ),
    "jumin-JUK-07": _edit_after_removal,
    "jumin-JUK-08": cells(JUKI, LIVING, 消除事由="21"),
    "jumin-JUK-08-2": cells(JUKI, GONE, 消除年月日="0000000"),
    "jumin-JUK-09": cells(JUKI, LIVING, 転出予定日="5080801"),
    "jumin-JUK-10": cells(
        JUKI, LATEST & FOREIGN & (pl.col("住民状態") == "10"), 本籍="福岡県遠賀郡岡垣町野間一丁目１番"
    ),
    "jumin-JUK-11": cells(
        "jumin.zairyu",
        LATEST & pl.col("_living") & (pl.col("在留満了日") > "20261001"),
        許可年月日="20230301",
        在留満了日="20260301",
    ),
    "jumin-JUK-11-2": cells("jumin.zairyu", LATEST, 在留カード番号="AB1234567CD"),
    "jumin-JUK-12": cells(JUKI, LIVING & FREE & JAPANESE, 生年月日元号=""),
    "jumin-JUK-13": cells(JUKI, LIVING & JAPANESE, 住民票コード=""),
    "jumin-JUK-13-2": lambda bench, count: _same_code(bench, count, gone=False),
    "jumin-JUK-14": cells(JUKI, ALONE & (pl.col("異動事由") == "01"), 転居用届出日="0000000"),
    "jumin-JUK-15-2": cells(JUKI, LIVING & KNOWN_DAY, 生年月日不詳区分="1"),
    "jumin-JUK-17": cells("jumin.shien", RUNNING, 終了年月日="R110331"),
    "jumin-JUK-17-2": cells("jumin.shien", RUNNING, 申出年月日="R070902", 開始年月日="R070902", 終了年月日="R080901"),
    "jumin-JUK-17-3": _strange_applicant,
    "jumin-JUK-18": cells(JUKI, LIVING & JAPANESE, カナ氏名=lambda row: row["カナ氏名"] + "２"),
    "jumin-JUK-18-2": cells(JUKI, LIVING & JAPANESE, カナ氏名=lambda row: row["カナ氏名"].replace(" ", "")),
    "jumin-JUK-20": lambda bench, count: _same_code(bench, count, gone=True),
    "jumin-JUK-21": cells("jumin.tsusho", LATEST, 記載市町村コード=""),
    "jumin-JUK-21-2": cells("jumin.tsusho", LATEST, 消除年月日="5080901"),
    "jumin-JUK-23": _householders(世帯人数="09"),
    "jumin-COM-09-gaiji": cells(JUKI, OLD, 氏名=lambda row: row["氏名"] + "\ue00c"),
    "jumin-COM-09-lost": cells(JUKI, OLD, 方書="〓〓ハイツ２０１号"),
    "jumin-COM-12": cells(JUKI, OLD, 処理年月日="4121331"),
    "jumin-COM-12-2": cells(
        JUKI,
        OLD & (pl.col("異動事由") == "57"),
        異動年月日=lambda row: row["異動年月日"][:5] + "00",
        異動年月日不詳区分="1",
    ),
    "jumin-COM-16": cells(JUKI, OLD, 性別="5"),
    "jumin-COM-16-unconfirmed": cells("jumin.ido", pl.col("異動事由") == "60", 異動事由="99"),
    "jumin-COM-25": cells(JUKI, ALONE & (pl.col("異動事由") == "01"), 出生用届出日="4300401"),
    "jumin-CNV-01": cells("jumin.ido", pl.col("異動事由") == "57", 異動番号=""),
    "jumin-CNV-02": cells(JUKI, OLD, 記載順位="A1"),
    "jumin-CNV-03": _second_present_stay,
    "jumin-LAY-01": cells(JUKI, OLD, 氏名=""),
    "jumin-LAY-02": cells(JUKI, ALONE & (pl.col("届出番号") != ""), 届出番号="１２３４５"),
    "jumin-LAY-03": cells(JUKI, OLD, 世帯主氏名="長" * 101),
    "jumin-LAY-04": cells(JUKI, LIVING & FREE, 国保区分="7"),
    "jumin-LAY-05": doubled("jumin.ido", pl.col("異動事由") == "57", 受付番号="99999"),
    "jumin-LAY-06": cells("jumin.ido", pl.col("異動前世帯番号") != "", 異動前世帯番号="0059999999"),
    "jumin-EXT-10": doubled("jumin.ido", pl.col("異動事由") == "57"),
} | ACROSS
# the one fault that needs the row of 除票 and nothing else
PLANTERS["jumin-JUK-19-2"] = dropped(
    "jumin.johyo", pl.col("消除事由") == "21", key="row"
)  # the finding is about the person's last row in 住民情報: the same key
