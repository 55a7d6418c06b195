"""Faults in 戸籍の附票: one planter per line of faults.csv."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sample_data.area import Frames
from sample_data.bench import Bench, Picked
from sample_data.planters import Planter, cells

SLIP, PERSON, PLACE = "fuhyo.fuhyo", "fuhyo.zaisekisha", "fuhyo.jusho"
NO_DAY = "0000000"
LIVING, CLOSED = pl.col("附票状態") == "G", pl.col("附票状態") == "J"
THERE, GONE = pl.col("在籍区分") == "1", pl.col("在籍区分") == "2"
KNOWN = pl.col("宛名番号") != ""
RESIDENT = THERE & pl.col("_resident")
LATEST = pl.col("最新区分") == "1"
STOPPED, FREE = pl.col("抑止区分") == "1", pl.col("抑止区分") == "0"
NO_STOP = {"抑止区分": "0", "抑止開始日": NO_DAY, "抑止終了日": NO_DAY, "抑止申出市町村": ""}
LONG_AGO = "5080801"


def views(tables: Mapping[str, Frames]) -> dict[str, pl.DataFrame]:
    """fuhyo: _single, the number of the only person there, when that is a resident ('' else). zaisekisha: _resident,
    _gone (moved away), _open (the 附票 is a present one), _places (addresses), _told (記載日 of the last).
    jusho: _before (住定日 of the address before, '' none)."""
    own, juki = tables["fuhyo"], tables["jumin"]["juki"].filter(pl.col("最新区分") == "1")
    here = {state: juki.filter(pl.col("住民状態") == state)["宛名番号"].to_list() for state in ("10", "20")}
    people, places = own["zaisekisha"], own["jusho"]
    last = places.group_by("附票番号", "在籍連番").agg(
        _places=pl.len(),
        _told=pl.col("記載日").last(),
        _first=pl.col("市町村コード").first(),
    )
    people = people.join(last, on=["附票番号", "在籍連番"], how="left", maintain_order="left").with_columns(
        _resident=pl.col("宛名番号").is_in(here["10"]),
        _gone=pl.col("宛名番号").is_in(here["20"]) & (pl.col("_first") == "403831"),
        _open=pl.col("附票番号").is_in(own["fuhyo"].filter(LIVING)["附票番号"].to_list()),
    )
    alone = people.filter(THERE & (THERE.sum().over("附票番号") == 1) & pl.col("_resident"))
    return {
        "fuhyo": own["fuhyo"].join(
            alone.select("附票番号", _single="在籍連番"), on="附票番号", how="left", maintain_order="left"
        ).with_columns(pl.col("_single").fill_null("")),
        "zaisekisha": people,
        "jusho": places.with_columns(_before=pl.col("住定日").shift(1).over("附票番号", "在籍連番").fill_null("")),
    }  # fmt: skip


def _addresses(bench: Bench, person: Picked) -> list[Picked]:
    same = [pl.col(name) == person.record[name] for name in ("附票番号", "在籍連番")]
    return list(bench.matching(PLACE, pl.all_horizontal(*same)))


def _last_address(where: pl.Expr, **values: str) -> Planter:
    """Changes the last address of people; the person is found."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(PERSON, where, count)
        for person in picked:
            bench.change(_addresses(bench, person)[-1], **values)
        return [bench.key_of(PERSON, person.record) for person in picked]

    return plant


def _move_not_told(bench: Bench, count: int) -> list[str]:
    """Somebody moved away, and the last address is still the one in the town."""
    picked = bench.pick(PERSON, THERE & pl.col("_gone") & (pl.col("_places") == 2), count)
    for person in picked:
        first, second = _addresses(bench, person)
        bench.change(first, 最新区分="1")
        bench.drop(second)
    return [bench.key_of(PERSON, person.record) for person in picked]


def _no_address(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(PERSON, THERE & (pl.col("_places") == 1), count)
    for person in picked:
        bench.drop(_addresses(bench, person)[0])
    return [bench.key_of(PERSON, person.record) for person in picked]


def _first_address_missing(bench: Bench, count: int) -> list[str]:
    picked = bench.pick(PERSON, THERE & (pl.col("_places") > 2), count)
    for person in picked:
        bench.drop(_addresses(bench, person)[0])
    return [bench.key_of(PERSON, person.record) for person in picked]


def _not_in_the_slip(bench: Bench, count: int) -> list[str]:
    """Somebody in a 戸籍 is missing in its 附票: found from the side of 戸籍."""
    picked = bench.pick(PERSON, THERE & FREE & (pl.col("在籍連番") != "001"), count)
    for person in picked:
        for address in _addresses(bench, person):
            bench.drop(address)
        bench.drop(person)
    return [f"{one.record['戸籍番号']}|{int(one.record['戸籍在籍連番'])}" for one in picked]


def _no_slip(bench: Bench, count: int) -> list[str]:
    """A 戸籍 without 附票: found from the side of 戸籍."""
    picked = bench.pick(SLIP, LIVING & (pl.col("_single") != ""), count)
    for slip in picked:
        for table in (PERSON, PLACE):
            for row in list(bench.matching(table, pl.col("附票番号") == slip.record["附票番号"])):
                bench.drop(row)
        bench.drop(slip)
    return [slip.record["戸籍番号"] for slip in picked]


def _short_number(bench: Bench, count: int) -> list[str]:
    """A 附票番号 loses its leading zeros in every table."""
    keys = []
    for slip in bench.pick(SLIP, LIVING, count):
        number = slip.record["附票番号"]
        for table in (SLIP, PERSON, PLACE):
            for row in list(bench.matching(table, pl.col("附票番号") == number)):
                bench.change(row, 附票番号=number.lstrip("0"))
        keys.append(number.lstrip("0"))
    return keys


def _only_member(**values: str) -> Planter:
    """Changes the 附票 of one person, a resident; the person is found."""

    def plant(bench: Bench, count: int) -> list[str]:
        picked = bench.pick(SLIP, LIVING & (pl.col("_single") != "") & (pl.col("作成日") < LONG_AGO), count)
        for slip in picked:
            bench.change(slip, **values)
        return [f"{slip.record['附票番号']}|{int(slip.record['_single'])}" for slip in picked]

    return plant


def _code_of_another(bench: Bench, count: int) -> list[str]:
    """The 住民票コード of somebody else."""
    picked, others = bench.pick(PERSON, RESIDENT, count), bench.pick(PERSON, RESIDENT, count)
    for person, other in zip(picked, others, strict=False):
        bench.change(person, 住民票コード=other.record["住民票コード"])
    return [bench.key_of(PERSON, person.record) for person in picked]


def _back(*reasons: str) -> Planter:
    """Whoever left the 戸籍 is in the 附票 still."""
    left = GONE & pl.col("消除事由").is_in(reasons) & pl.col("_open") & KNOWN & FREE
    return cells(PERSON, left, 在籍区分="1", 消除事由="", 消除日=NO_DAY)


GROWN = pl.col("生年月日").str.contains("^3[34]") & ~pl.col("生年月日").str.ends_with("00")
OLD_ADDRESS = pl.col("_told") < LONG_AGO

VOTER = THERE & (pl.col("在外選挙区分") == "1")
NOT_ABROAD = {"在外選挙区分": "0", "在外登録市町村": "", "在外登録日": NO_DAY}

PLANTERS: dict[str, Planter] = {
    "fuhyo-FUH-09-4": cells(PERSON, VOTER & KNOWN, **NOT_ABROAD),
    "fuhyo-FUH-09-2": cells(PERSON, VOTER, 在外登録日=NO_DAY),
    "fuhyo-FUH-05": cells(PLACE, pl.col("住所区分") != "00", 空欄理由=""),
    "fuhyo-FUH-07": cells(PERSON, RESIDENT & STOPPED, **NO_STOP),
    "fuhyo-FUH-07-3": cells(PERSON, THERE & STOPPED, 抑止終了日="5080401"),
    "fuhyo-FUH-07-2": cells(
        PERSON, RESIDENT & FREE, 抑止区分="1", 抑止開始日="5080401", 抑止終了日="5090331", 抑止申出市町村="403831"
    ),
    "fuhyo-COM-01": cells(PERSON, THERE & KNOWN & FREE, 宛名番号=lambda row: "0097" + row["附票番号"][4:]),
    "fuhyo-COM-14": _first_address_missing,
    "fuhyo-COM-14-2": _last_address(THERE, 最新区分="0"),
    "fuhyo-COM-17": _short_number,
    "fuhyo-COM-17-2": cells(PERSON, THERE & KNOWN & FREE, 宛名番号=lambda row: row["宛名番号"].lstrip("0")),
    "fuhyo-COM-21": _back("01"),
    "fuhyo-COM-22": cells(PLACE, pl.col("住所連番") > "001", 記載日="4010401"),
    "fuhyo-COM-23": cells(PLACE, pl.col("住所区分") == "00", 市町村コード=lambda row: row["市町村コード"][:5]),
    "fuhyo-JUK-16": _only_member(本籍="福岡県遠賀郡岡垣町大字三吉９９９９番地"),
    "fuhyo-FUH-01": _back("02", "03"),
    "fuhyo-FUH-01-2": cells(PERSON, THERE, 氏名=lambda row: "鬼龍院" + row["氏名"][row["氏名"].index("\u3000") :]),
    "fuhyo-FUH-01-3": cells(PERSON, GONE, 消除日=NO_DAY),
    "fuhyo-FUH-01-4": _only_member(附票状態="J", 除附票事由="1", 除附票日="5080901", 保存期限="21760901"),
    "fuhyo-FUH-02": cells(SLIP, LIVING, 筆頭者="別の　筆頭者"),
    "fuhyo-FUH-02-2": cells(SLIP, CLOSED, 附票状態="G", 除附票事由="", 除附票日=NO_DAY, 保存期限=""),
    "fuhyo-FUH-03": _last_address(RESIDENT, 番地="９９９９番地９"),
    "fuhyo-FUH-03-2": _last_address(RESIDENT & OLD_ADDRESS, 住定日="5080915", 記載日="5080916"),
    "fuhyo-FUH-03-3": _no_address,
    "fuhyo-FUH-04": cells(
        PLACE, ~LATEST & (pl.col("住所連番") > "001"), 住定日=lambda row: row["_before"]
    ),
    "fuhyo-FUH-05-2": _move_not_told,
    "fuhyo-FUH-06": cells(PERSON, RESIDENT, 住民票コード=""),
    "fuhyo-FUH-06-2": _code_of_another,
    "fuhyo-FUH-08": cells(SLIP, CLOSED, 保存期限=lambda row: f"{int(row['保存期限'][:4]) - 145}0401"),
    "fuhyo-FUH-08-2": cells(SLIP, CLOSED, 除附票日=NO_DAY),
    "fuhyo-FUH-09": cells(
        PERSON, RESIDENT & GROWN & OLD_ADDRESS & (pl.col("_told") < "5080501"), 在外選挙区分="1",
        在外登録市町村="403831", 在外登録日="4250401",
    ),
    "fuhyo-FUH-09-3": cells(
        PERSON, THERE & pl.col("_gone") & (pl.col("在外選挙区分") == "0") & GROWN, 在外選挙区分="1",
        在外登録市町村="403831", 在外登録日="5060401",
    ),
    "koseki-FUH-01": _not_in_the_slip,
    "koseki-FUH-01-2": _no_slip,
}  # fmt: skip
