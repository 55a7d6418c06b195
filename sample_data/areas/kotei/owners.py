"""Who owes 固定資産税: residents, who moved away, the dead with their heirs, people elsewhere, companies, co-owners."""

from __future__ import annotations

import polars as pl
from polars._typing import PolarsDataType

from sample_data.area import Ground
from sample_data.companies import companies
from sample_data.formats import codes

RESIDENT, OUTSIDE, MOVED, DEAD = "町内", "町外", "転出", "死亡"
PERSON, COMPANY, SHARED = "個人", "法人", "共有"
_YEAR = 365
_BIG_GROUP = 14  # co-owners of a grove of the village


def owners_frame(ground: Ground) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Owners by number: number, kind, atena, corporate_number, name, kana, status, heir, heir_on, declared_on, manager,
    manager_on, seiho, protected, printed. Shares: number (of the owner), order, atena, numerator, denominator."""
    living, elsewhere = _residents(ground), _outsiders(ground)
    shares = _shares(ground, living, elsewhere)
    single = [living, _moved(ground, living), _dead(ground, living), elsewhere, _companies(ground)]
    frame = pl.concat([*single, _groups(shares)], how="diagonal").with_row_index("number", offset=1)
    frame = frame.with_columns(
        pl.col("number").cast(pl.Int64),
        pl.col("atena", "corporate_number", "heir", "manager").fill_null(""),
        pl.col("heir_on", "declared_on", "manager_on").fill_null(0),
        pl.col("seiho").fill_null(value=False),
    )
    protected = ground.made["jumin"]["shien"].filter(pl.col("措置状態") == codes("jumin", "shien_jotai")["実施中"])
    hidden = protected["宛名番号"].unique().implode()
    numbers = frame.filter(pl.col("group") > 0).select("group", "number")
    members = shares.join(numbers, on="group", maintain_order="left")
    secret = members.filter(pl.col("atena").is_in(hidden))["number"].unique().implode()
    return frame.with_columns(
        protected=pl.col("atena").is_in(hidden),
        printed=(pl.col("kind") == SHARED) & ~pl.col("number").is_in(secret),
    ), members


def _people(ground: Ground) -> pl.DataFrame:
    last = ground.history.filter("latest").select("person", "name", "kana", "removed_by", "removed_on")
    return ground.society.filter(pl.col("rows") > 0).join(
        last.rename({"removed_on": "left_on"}), on="person", how="left", maintain_order="left"
    )


def _residents(ground: Ground) -> pl.DataFrame:
    return _people(ground).filter("landowner").select(
        "person", "household", "atena", "name", "kana", "seiho", kind=pl.lit(PERSON), status=pl.lit(RESIDENT)
    )  # fmt: skip


def _moved(ground: Ground, living: pl.DataFrame) -> pl.DataFrame:
    """Some who moved away and kept their land; every other has a 納税管理人 in the town."""
    some = _people(ground).filter(
        pl.col("removed_by").str.contains("転出") & (pl.col("age") >= 35) & (pl.col("person") % 9 == 0)
        & (pl.col("left_on") < ground.as_of - 100)
    )  # fmt: skip
    agents = living["atena"].gather(some["person"] * 7 % max(1, living.height))
    managed = pl.col("person") % 2 == 0
    return some.with_columns(agent=agents).select(
        "atena", "name", "kana", kind=pl.lit(PERSON), status=pl.lit(MOVED),
        manager=pl.when(managed).then("agent").otherwise(pl.lit("")),
        manager_on=pl.when(managed).then(pl.col("left_on") + 20).otherwise(0),
    )  # fmt: skip


def _dead(ground: Ground, living: pl.DataFrame) -> pl.DataFrame:
    """Owners whose land has not been passed on: the head of their household is 相続人代表 or has declared himself."""
    heads = ground.society.filter(pl.col("resident") & (pl.col("head") == pl.col("person")) & (pl.col("age") >= 20))
    heirs = heads.select("household", head_atena="atena")
    long_ago = pl.col("left_on").is_between(ground.as_of - 12 * _YEAR, ground.as_of - 200)
    some = _people(ground).filter((pl.col("removed_by") == "死亡") & (pl.col("age") >= 45) & long_ago)
    some = some.join(heirs, on="household", how="left", maintain_order="left").with_columns(
        agent=living["atena"].gather(some["person"] * 11 % max(1, living.height))
    )
    named = pl.col("person") % 4 != 0
    return some.filter(pl.col("person") % 3 != 0).select(
        "atena", "name", "kana", kind=pl.lit(PERSON), status=pl.lit(DEAD),
        heir=pl.when(named).then(pl.coalesce("head_atena", "agent")).otherwise(pl.lit("")),
        heir_on=pl.when(named).then(pl.col("left_on") + 60).otherwise(0),
        declared_on=pl.when(named).then(0).otherwise(pl.col("left_on") + 90),
    )  # fmt: skip


def _outsiders(ground: Ground) -> pl.DataFrame:
    """住登外者 who were registered for 固定資産税."""
    known = ground.made["jutogai"]["jutogai"]
    mine = codes("jutogai", "toroku_gyomu")["固定資産税"]
    first = codes("jutogai", "daihyo")["代表宛名"]
    return known.filter((pl.col("登録業務") == mine) & (pl.col("代表区分") == first)).select(
        atena="宛名番号", name="氏名", kana=pl.col("カナ氏") + " " + pl.col("カナ名"),
        kind=pl.lit(PERSON), status=pl.lit(OUTSIDE),
    )  # fmt: skip


def _companies(ground: Ground) -> pl.DataFrame:
    open_here = companies(ground).filter(pl.col("in_town") & (pl.col("closed") == 0))
    return open_here.select("corporate_number", "name", "kana", kind=pl.lit(COMPANY), status=pl.lit(RESIDENT))


def _shares(ground: Ground, living: pl.DataFrame, elsewhere: pl.DataFrame) -> pl.DataFrame:
    """Members of groups: group, order, atena, numerator, denominator, name and kana of the first, their number."""
    others = _people(ground).filter(
        pl.col("resident") & (pl.col("head") != pl.col("person")) & (pl.col("age") >= 25)
    ).group_by("household", maintain_order=True).agg(second=pl.col("atena").first())  # fmt: skip
    couples = living.join(others, on="household", maintain_order="left").filter(pl.col("household") % 6 == 1)
    couples = couples.select(
        "name",
        "kana",
        members=pl.concat_list("atena", "second"),
        parts=pl.lit([1, 1]),
        denominator=pl.lit(2, dtype=pl.Int64),
    )
    brothers = living.filter(pl.col("household") % 20 == 2)
    far = elsewhere["atena"].gather(pl.int_range(brothers.height, eager=True) % max(1, elsewhere.height))
    brothers = brothers.with_columns(second=far).select(
        "name",
        "kana",
        members=pl.concat_list("atena", "second"),
        parts=pl.lit([2, 1]),
        denominator=pl.lit(3, dtype=pl.Int64),
    )
    whole = pl.concat([couples, brothers, _villages(living)]).with_row_index("group", offset=1)
    return (
        whole.with_columns(pl.col("group").cast(pl.Int64), size=pl.col("members").list.len())
        .explode("members", "parts")
        .with_columns(order=pl.int_range(1, pl.len() + 1).over("group"))
        .rename({"members": "atena", "parts": "numerator"})
    )


def _villages(living: pl.DataFrame) -> pl.DataFrame:
    """Groves that many hold in equal parts; in one of them somebody holds two."""
    groups = max(1, living.height // 400)
    rows = []
    for group in range(groups):
        some = living.slice(group * 300, _BIG_GROUP)
        parts = [2, *[1] * (some.height - 1)]
        rows.append((some["name"][0], some["kana"][0], some["atena"].to_list(), parts, sum(parts)))
    schema: dict[str, PolarsDataType] = {
        "name": pl.String, "kana": pl.String, "members": pl.List(pl.String), "parts": pl.List(pl.Int64),
        "denominator": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _groups(shares: pl.DataFrame) -> pl.DataFrame:
    """The owner a group is: 代表者 and how many others."""
    from_full = dict(zip("0123456789", "０１２３４５６７８９", strict=True))
    first = shares.filter(pl.col("order") == 1)
    others = (pl.col("size") - 1).cast(pl.String).str.replace_many(from_full)
    return first.select(
        "group",
        "atena",
        "kana",
        kind=pl.lit(SHARED),
        status=pl.lit(RESIDENT),
        name=pl.col("name") + "　外" + others + "名",
    )
