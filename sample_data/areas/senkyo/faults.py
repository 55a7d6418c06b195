"""Faults in 選挙人名簿管理: one planter per line of faults.csv."""

from __future__ import annotations

import polars as pl

from sample_data.bench import Bench, Picked
from sample_data.planters import Planter, Value, cells, dropped

REGISTER = "senkyo.meibo"
MARK = "senkyo.hyoji"
RANGE = "senkyo.kuiki"
ELECTION = "senkyo.senkyo"
VOTE = "senkyo.jokyo"
ABROAD = "senkyo.zaigai"
JUKI = "jumin.juki"
NO_DAY = "0000000"
LISTED = pl.col("登録状態") == "1"
HERE = LISTED & pl.col("_here") & pl.col("_plain") & (pl.col("郵便投票証番号") == "")
OFF = pl.col("登録状態") == "9"
RECENT = HERE & (pl.col("登録日") >= "5071101")
LATEST = (pl.col("最新区分") == "1") & (pl.col("住民状態") == "10")
OUTSIDER = LISTED & (pl.col("登録地区分") == "2")
LAST, COMING = "0007", "0008"
LAST_REGULAR = "5080901"
VOTER = pl.col("_here") & pl.col("_plain") & ~pl.col("_post")
AT_POLLS = VOTER & (pl.col("選挙番号") == LAST) & (pl.col("投票区分") == "1")
EARLY = VOTER & (pl.col("選挙番号") == LAST) & (pl.col("投票区分") == "2")


def _unknown(tail: str) -> Value:
    """A number nobody has, another one for each record."""
    return lambda row: "0099" + row[tail][4:]


def _next_district(row: dict[str, str]) -> str:
    return f"{int(row['投票区']) % 12 + 1:03d}"


def _of(person: Picked, column: str = "名簿番号") -> pl.Expr:
    return pl.col(column) == person.record[column]


def _flag_of_resident(where: pl.Expr, flag: str) -> Planter:
    """The 選挙 column of the person's last row in 住民情報 says something else than the register."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(REGISTER, where, count)
        for one in picked:
            row = next(bench.matching(JUKI, (pl.col("最新区分") == "1") & _of(one, "宛名番号")))
            bench.change(row, 選挙登録区分=flag)
        return [bench.key_of(REGISTER, one.record) for one in picked]

    return plant


def _left_on(kind: str, sex: str) -> Planter:
    """People struck off under this kind are still on the register: their 抹消 was never done, and the last public
    count has them too."""

    def plant(bench: Bench, count: int) -> list[str]:
        numbers = [row.record["名簿番号"] for row in bench.matching(REGISTER, OFF & (pl.col("性別") == sex))]
        wanted = (pl.col("処理区分") == kind) & pl.col("名簿番号").is_in(numbers)
        keys, counted = [], 0
        for mark in bench.pick(MARK, wanted, count):
            person = next(bench.matching(REGISTER, _of(mark)))
            bench.drop(mark)
            bench.change(person, 登録状態="1", 抹消日=NO_DAY)
            keys.append(bench.key_of(REGISTER, person.record))
            counted += person.record["抹消日"] <= LAST_REGULAR
        public = next(bench.matching("senkyo.teiji", (pl.col("最新区分") == "1") & (pl.col("性別") == sex)))
        bench.change(public, 登録者数=f"{int(public.record['登録者数']) + counted:06d}")
        return keys

    return plant


def _without_mark(kind: str) -> Planter:
    """The one mark of a person is missing."""
    return dropped(MARK, (pl.col("処理区分") == kind) & ~pl.col("_two"), key="名簿番号")


def _other_number(table: str, where: pl.Expr, strangers: pl.Expr, source: str = JUKI) -> Planter:
    """The record carries the 宛名番号 of somebody else."""

    def plant(bench: Bench, count: int) -> list[str]:
        pairs = zip(bench.pick(table, where, count), bench.pick(source, strangers, count), strict=False)
        keys = []
        for one, other in pairs:
            bench.change(one, 宛名番号=other.record["宛名番号"])
            keys.append(bench.key_of(table, one.record))
        return keys

    return plant


def _other_district(bench: Bench, count: int) -> list[str]:
    """The new system's set-up gives a wrong 投票区, and so does the ticket of the coming election."""
    picked = bench.pick(REGISTER, HERE, count)
    for one in picked:
        district = _next_district(one.record)
        bench.change(one, 投票区=district)
        for ticket in list(bench.matching(VOTE, _of(one) & (pl.col("選挙番号") == COMING))):
            bench.change(ticket, 投票区=district)
    return [bench.key_of(REGISTER, one.record) for one in picked]


def _twice(bench: Bench, count: int) -> list[str]:
    """A second entry after the last regular day under a new number."""
    keys = []
    for one in bench.pick(REGISTER, HERE, count):
        number = "0009" + one.record["名簿番号"][4:]
        bench.add(REGISTER, one.record | {
            "名簿番号": number, "基準日": "5080901", "登録日": "5080915", "登録区分": "H", "登録選挙": "",
        })  # fmt: skip
        bench.partner(bench.key_of(REGISTER, one.record))
        keys.append(number)
    return keys


def _marked_as_gone(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(REGISTER, HERE, count)
    model = next(bench.matching(MARK, pl.col("処理区分") == "11")).record
    for one in picked:
        bench.add(MARK, model | {"名簿番号": one.record["名簿番号"], "連番": "01"})
    return [bench.key_of(REGISTER, one.record) for one in picked]


def _drawn_after_leaving(bench: Bench, count: int) -> list[str]:
    gone = bench.pick(REGISTER, OFF & (pl.col("抹消日") < "5070101"), count)
    drawn = bench.pick("senkyo.yotei", (pl.col("名簿年") == "2026") & (pl.col("種別") == "S"), count)
    for person, one in zip(gone, drawn, strict=False):
        bench.change(one, 名簿番号=person.record["名簿番号"])
    return [bench.key_of("senkyo.yotei", one.record) for _, one in zip(gone, drawn, strict=False)]


def _voted_after_leaving(bench: Bench, count: int) -> list[str]:
    """The vote of a resident stands under the number of somebody struck off long before."""
    gone = bench.pick(REGISTER, OFF & (pl.col("抹消日") < "5070101"), count)
    pairs = list(zip(gone, bench.pick(VOTE, AT_POLLS, count), strict=False))
    for person, vote in pairs:
        bench.change(vote, 名簿番号=person.record["名簿番号"])
    return [f"{LAST}|{person.record['名簿番号']}" for person, _ in pairs]


def _gap_without_voters(bench: Bench, count: int) -> list[str]:
    """The second range of a 町字 begins only at the lot of its first voter."""
    keys: list[str] = []
    for one in bench.pick(RANGE, pl.col("区域番号") == "02", 9):
        start = int(one.record["本番自"])
        there = _of(one, "町字コード") & (pl.col("本番").cast(pl.Int64) >= start)
        lots = [int(row.record["本番"]) for row in bench.matching(REGISTER, there)]
        later = min([start + 100, *lots])
        if later > start and len(keys) < count:
            bench.change(one, 本番自=f"{later:05d}")
            keys.append(bench.key_of(RANGE, one.record))
    return keys


def _range_of_a_former_town(bench: Bench, count: int) -> list[str]:
    """A 町字 that was renamed is still in the table, under the 投票区 that was merged."""
    keys = []
    for number, one in enumerate(bench.pick(RANGE, pl.col("区域番号") == "01", count)):
        former = one.record | {"町字コード": f"0{90 + number:03d}000", "町字名": "大字旧吉木", "投票区": "013",
                               "本番至": "99999"}  # fmt: skip
        bench.add(RANGE, former)
        keys.append(bench.key_of(RANGE, former))
    return keys


def _one_more(table: str, where: pl.Expr, column: str, key: str, by: int) -> Planter:
    """A published count is off by a few; the finding names the group counted."""
    return cells(table, where, key=key, **{column: lambda row: f"{int(row[column]) + by:06d}"})


def _registered_early(row: dict[str, str]) -> str:
    return f"{int(row['作成日']) - 10_000:07d}"


def _moved_in() -> pl.Expr:
    """Registered after a 転入 in 令和, of age long before; a year earlier the day exists too."""
    grown = pl.col("生年月日").str.slice(0, 1) == "3"
    day = pl.col("作成日")
    return HERE & pl.col("_moved_in") & grown & (day >= "5030101") & (day <= "5080501") & ~day.str.ends_with("0229")


PLANTERS: dict[str, Planter] = {
    "senkyo-COM-01": cells(REGISTER, HERE, 宛名番号=_unknown("名簿番号")),
    "senkyo-COM-01-2": cells(ABROAD, OUTSIDER, 宛名番号=_unknown("在外証番号")),
    "senkyo-COM-14": dropped(MARK, (pl.col("連番") == "01") & pl.col("_two"), key="名簿番号"),
    "senkyo-COM-15": cells(MARK, (pl.col("処理区分") == "12") & (pl.col("解除日") != NO_DAY), 解除日="4300401"),
    "senkyo-COM-16": cells(REGISTER, HERE, 登録区分="X"),
    "senkyo-COM-17": cells(REGISTER, HERE, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "senkyo-COM-18": cells(REGISTER, LISTED & (pl.col("閲覧制限") == "1"), 閲覧制限="0"),
    "senkyo-JUK-16": _flag_of_resident(HERE, "0"),
    "senkyo-JUK-16-2": _flag_of_resident(OFF, "1"),
    "senkyo-SEN-01": cells(REGISTER, RECENT, 生年月日="4210601"),
    "senkyo-SEN-02": cells(REGISTER, RECENT, 作成日=lambda row: row["基準日"]),
    "senkyo-SEN-02-2": cells(REGISTER, RECENT, 作成日=NO_DAY),
    "senkyo-SEN-02-3": cells(
        REGISTER,
        _moved_in(),
        基準日=lambda row: row["作成日"],
        登録日=lambda row: row["作成日"],
        作成日=_registered_early,
    ),
    "senkyo-SEN-03": _left_on("21", "1"),
    "senkyo-SEN-03-2": _left_on("22", "2"),
    "senkyo-SEN-03-3": cells(REGISTER, HERE, 抹消日="5080925"),
    "senkyo-SEN-03-4": _without_mark("21"),
    "senkyo-SEN-03-5": cells(MARK, pl.col("処理区分") == "22", 処理日=lambda row: row["事由日"]),
    "senkyo-SEN-04": _other_number(REGISTER, HERE, LATEST & (pl.col("住民種別") == "1")),
    "senkyo-SEN-05": _other_district,
    "senkyo-SEN-05-2": cells(RANGE, pl.col("区域番号") == "02", 本番自=lambda row: f"{int(row['本番自']) - 100:05d}"),
    "senkyo-SEN-05-3": _gap_without_voters,
    "senkyo-SEN-05-4": cells(RANGE, pl.col("町字名").str.ends_with("丁目"), key="町字コード", 本番至="00500"),
    "senkyo-SEN-05-5": cells("senkyo.tohyoku", pl.col("廃止日") == NO_DAY, 投票所名=""),
    "senkyo-SEN-05-6": _range_of_a_former_town,
    "senkyo-SEN-05-7": cells(VOTE, VOTER & (pl.col("選挙番号") == COMING), 投票区=_next_district),
    "senkyo-SEN-06": cells(REGISTER, HERE, 氏名=lambda row: "旧姓\u3000" + row["氏名"].partition("\u3000")[2]),
    "senkyo-SEN-06-2": cells(REGISTER, HERE, 世帯主氏名="前主\u3000太郎"),
    "senkyo-SEN-06-3": cells(REGISTER, HERE, 方書="旧ハイツ１０１号"),
    "senkyo-SEN-07": cells(MARK, (pl.col("処理区分") == "12") & (pl.col("解除日") != NO_DAY), 解除日=NO_DAY),
    "senkyo-SEN-07-2": _without_mark("11"),
    "senkyo-SEN-07-3": _marked_as_gone,
    "senkyo-SEN-08": _one_more(
        "senkyo.teiji", (pl.col("最新区分") == "1") & (pl.col("性別") == "1"), "登録者数", "性別", 3
    ),
    "senkyo-SEN-08-2": _one_more(ELECTION, pl.col("選挙番号") == "0003", "名簿登録者数", "選挙番号", 1),
    "senkyo-SEN-08-3": _one_more(ELECTION, pl.col("選挙番号") == "0004", "投票者数", "選挙番号", -7),
    "senkyo-SEN-09": cells(ABROAD, LISTED & (pl.col("登録地区分") == "1"), 最終住所="", 最終町字=""),
    "senkyo-SEN-09-2": _other_number(ABROAD, OUTSIDER, HERE, REGISTER),
    "senkyo-SEN-09-3": _other_number(
        ABROAD,
        OUTSIDER,
        LATEST & (pl.col("住民種別") == "0") & (pl.col("選挙登録区分") == "0") & (pl.col("住民年月日") < "5080101"),
    ),
    "senkyo-SEN-09-4": _twice,
    "senkyo-SEN-10": cells(VOTE, VOTER & (pl.col("選挙番号") == COMING), 投票区分="1", 投票日="5080208"),
    "senkyo-SEN-10-2": cells(
        VOTE, VOTER & (pl.col("選挙番号") == "0006") & (pl.col("投票区分") == "1"), 投票日="5061027"
    ),
    "senkyo-SEN-11": cells(VOTE, AT_POLLS, 投票日="5080207"),
    "senkyo-SEN-11-2": cells(VOTE, EARLY, 投票区分="4"),
    "senkyo-SEN-11-3": cells(VOTE, EARLY, 投票日=NO_DAY),
    "senkyo-SEN-11-4": _drawn_after_leaving,
    "senkyo-SEN-11-5": _voted_after_leaving,
}
