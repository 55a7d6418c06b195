"""合計 the sender states with the delivery: counted from the old system's own tables, never from the files.

Withdrawn records (削除フラグ 1) do not count. A total with groups is stated for the whole ('') as well. One function
per [[total]] of rules.toml; the groups (`by`) are named by standard codes, as the rules name them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from reports.totals import EMPTY_GROUP
from sample_data.formats import ROOT, standard_codes

Frames = Mapping[str, pl.DataFrame]
Count = Callable[[Frames], dict[str, int]]
_SENDER = "現行ベンダーの件数表"


def stated_totals(tables: Mapping[str, Frames], root: Path = ROOT) -> list[dict[str, str]]:
    """The rows of totals.csv for every [[total]] of the areas made; a total nobody can count is an error."""
    rows = []
    for area, frames in tables.items():
        rules = tomllib.loads((root / area / "rules.toml").read_text(encoding="utf-8"))
        for total in rules.get("total", []):
            count = COUNTS.get((area, total["id"]))
            if count is None:
                raise ValueError(f"{area}: the generator cannot count the total {total['id']!r}")
            figures = count({name: frame.filter(pl.col("削除フラグ") == "0") for name, frame in frames.items()})
            rows += [
                {"area": area, "total": total["id"], "by": by, "value": str(value), "source": _SENDER}
                for by, value in sorted(figures.items())
            ]
    return rows


def _living(frames: Frames) -> pl.DataFrame:
    juki = frames["juki"]
    return juki.filter((pl.col("最新区分") == "1") & (pl.col("住民状態") == "10"))


def _whole(frame: pl.DataFrame) -> dict[str, int]:
    return {"": frame.height}


def _grouped(frame: pl.DataFrame, column: str, area: str, codes: str) -> dict[str, int]:
    known = standard_codes(area, codes)
    counts = _whole(frame)
    for legacy, number in frame.group_by(column, maintain_order=True).len().iter_rows():
        by = known.get(legacy, "") or EMPTY_GROUP
        counts[by] = counts.get(by, 0) + number
    return counts


def _summed(frame: pl.DataFrame, by: str, amount: str) -> dict[str, int]:
    sums = frame.with_columns(pl.col(amount).cast(pl.Int64))
    return {"": int(sums[amount].sum())} | dict(sums.group_by(by, maintain_order=True).agg(pl.col(amount).sum()).rows())


def _taxed(frame: pl.DataFrame) -> dict[str, int]:
    return _whole(frame) | dict(frame.group_by("課税年度", maintain_order=True).len().rows())


def _registered(frames: Frames) -> pl.DataFrame:
    return frames["toroku"].filter(pl.col("登録状態").is_in(["A", "S"]))


def _on_the_road(frames: Frames) -> pl.DataFrame:
    return frames["sharyo"].filter(pl.col("車両状態").is_in(["1", "3"]))


def _reductions(frames: Frames) -> dict[str, int]:
    parts = [
        frames["genmen"].select(year=f"減免年度{slot}", sum=f"減免額{slot}").filter(pl.col("year") != "")
        for slot in "１２３４５"
    ]
    return _summed(pl.concat(parts), "year", "sum")


def _protected(frames: Frames) -> dict[str, int]:
    return {"": frames["shien"].filter(pl.col("措置状態") == "1")["宛名番号"].n_unique()}


COUNTS: dict[tuple[str, str], Count] = {
    ("jumin", "jinko"): lambda frames: _whole(_living(frames)),
    ("jumin", "jinko_seibetsu"): lambda frames: _grouped(_living(frames), "性別", "jumin", "seibetsu"),
    ("jumin", "jinko_shubetsu"): lambda frames: _grouped(_living(frames), "住民種別", "jumin", "jumin_shubetsu"),
    ("jumin", "setaisu"): lambda frames: {"": _living(frames)["世帯番号"].n_unique()},
    ("jumin", "johyo"): lambda frames: _grouped(frames["johyo"], "消除事由", "jumin", "ido_jiyu"),
    ("jumin", "shien"): _protected,
    ("inkan", "torokushasu"): lambda frames: {"": _registered(frames)["宛名番号"].n_unique()},
    ("inkan", "toroku_jotai"): lambda frames: _grouped(frames["toroku"], "登録状態", "inkan", "toroku_jotai"),
    ("inkan", "inei"): lambda frames: _whole(frames["inei_index"]),
    ("inkan", "haishi"): lambda frames: _grouped(frames["haishi"], "廃止事由", "inkan", "haishi_jiyu"),
    ("keiji", "daisu"): lambda frames: _whole(_on_the_road(frames)),
    ("keiji", "daisu_shashu"): lambda frames: _grouped(_on_the_road(frames), "車種区分", "keiji", "shashu"),
    ("keiji", "chotei"): lambda frames: _summed(frames["kazei"], "課税年度", "調定額"),
    ("keiji", "kazei_daisu"): lambda frames: _taxed(frames["kazei"].filter(pl.col("課税状態").is_in(["1", "2"]))),
    ("keiji", "genmen"): _reductions,
    ("jutogai", "atena"): lambda frames: _whole(frames["jutogai"]),
    ("jutogai", "atena_gyomu"): lambda frames: _grouped(frames["jutogai"], "登録業務", "jutogai", "toroku_gyomu"),
}
