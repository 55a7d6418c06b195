"""`ikou diff`: pairs the tables of two sides and compares each by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mappings import loading
from mappings.errors import InputError
from migration.diff_sources import Side, unreadable
from migration.unloadable import HIDDEN
from migration.workspace import load_areas, open_workspace
from reports.diff import Diff, diff

LINE_SCHEMA = {name: pl.String for name in ("table", "kind", "key", "item", "left", "right")}
MISSING, ADDED, CHANGED, REPEATED = "右にない行", "左にない行", "値が違う", "キーの重複"
SAME, DIFFERENT, NOTHING = "一致", "差異", "照合なし"


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair of tables. `answer` is None when one side does not have the table (`only` says which has it)."""

    table: str
    answer: Diff | None
    only: str = ""

    @property
    def result(self) -> str:
        if self.answer is None or not self.answer.same:
            return DIFFERENT
        return SAME if self.answer.left_rows else NOTHING


def compare(left: Side, right: Side, key: Sequence[str], ignore: Sequence[str] = ()) -> list[Compared]:
    """Every table of either side. Without `key` both sides must be runs: then the layout gives it."""
    names = sorted(left.tables.keys() | right.tables.keys())
    if len(left.tables) == len(right.tables) == 1 and "" in names:
        names = [""]
        left, right = (Side(side.shown, {"": next(iter(side.tables.values()))}, side.run) for side in (left, right))
    keys = dict.fromkeys(names, tuple(key)) if key else _layout_keys(left, right, names)
    _refuse_secret_keys(keys)
    answers = []
    for name in names:
        if name not in left.tables or name not in right.tables:
            answers.append(Compared(name, None, "左" if name in left.tables else "右"))
            continue
        try:
            answer = diff(left.tables[name], right.tables[name], keys[name], ignore)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:  # a panic: damaged Parquet
            raise unreadable(f"{left.shown} か {right.shown} の {name}".rstrip(" の"), error) from None
        answers.append(Compared(name, answer))
    return answers


def lines(answers: Sequence[Compared]) -> pl.DataFrame:
    """Every difference as one line: table, kind, key (joined by '|'), item, left, right. 個人番号 is never shown."""
    return pl.concat([pl.DataFrame(schema=LINE_SCHEMA), *(part for one in answers for part in _lines(one))])


def _lines(one: Compared) -> list[pl.DataFrame]:
    if one.answer is None:
        row = {"table": one.table, "kind": f"{one.only}にだけある表"}
        return [pl.DataFrame([{**dict.fromkeys(LINE_SCHEMA), **row}], schema=LINE_SCHEMA)]
    answer = one.answer
    hidden = pl.col("item").is_in(sorted(_secret()))
    left, right = (pl.when(hidden).then(pl.lit(HIDDEN)).otherwise(pl.col(side)) for side in ("left", "right"))
    nothing = pl.lit(None, pl.String)
    rows = (pl.format("{}行", "left_rows"), pl.format("{}行", "right_rows"))
    parts = (
        (answer.missing, MISSING, nothing, (nothing, nothing)),
        (answer.added, ADDED, nothing, (nothing, nothing)),
        (answer.cells, CHANGED, pl.col("item"), (left, right)),
        (answer.duplicates.filter(~pl.col("same")), REPEATED, nothing, rows),
    )
    key = pl.concat_str([pl.col(name).fill_null("") for name in answer.key], separator="|")
    return [
        frame.select(table=pl.lit(one.table), kind=pl.lit(kind), key=key, item=item, left=sides[0], right=sides[1])
        for frame, kind, item, sides in parts
    ]


def _layout_keys(left: Side, right: Side, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    if left.run is None or right.run is None:
        raise InputError(
            "照合のキーがありません。--key で、行を1つに決める項目名を示してください（複数なら何度でも）。"
        )
    groups = {
        f"{group.area}/{group.id}": group.key
        for area in load_areas(open_workspace(left.run)).values()
        for group in area.groups.values()
    }
    unknown = [name for name in names if name not in groups]
    if unknown:
        raise InputError(f"{'、'.join(unknown)} のキーが標準レイアウトにありません。--key で示してください。")
    return {name: groups[name] for name in names}


def _refuse_secret_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    secret = {name for key in keys.values() for name in key} & _secret()
    if secret:
        raise InputError(
            f"「{'、'.join(sorted(secret))}」はキーにできません（個人番号は画面にもファイルにも出しません）。"
        )


def _secret() -> frozenset[str]:
    return loading.secret_items((loading.shipped_folder(),))
