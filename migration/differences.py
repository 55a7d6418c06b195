"""From a diff to the differences file and VER findings.

VER-01 expected row not in the table · VER-02 row in the table nobody expects · VER-03 cell differs ·
VER-04 nothing was compared · VER-05 primary key standing more than once.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mappings.layout import Group
from migration.content_hash import with_content_hash
from migration.unloadable import HIDDEN, SAME_ROW_RULE, LoadOptions
from reports.diff import Diff
from validators.finding import RAW_SCHEMA, key_text, raw_findings

DIFFERENCE_SCHEMA: dict[str, pl.DataType] = {
    name: pl.String()
    for name in ("area", "table", "key", "item", "legacy", "expected", "actual", "cause", "rule", "content_hash")
}
UNEXPLAINED, UNLOADABLE = "未説明", "投入できない行"
HASHED = ("area", "table", "key", "item", "rule", "expected", "actual", "cause")
PRESENT, ABSENT = "（行あり）", "（行なし）"


@dataclass(frozen=True, slots=True)
class Loss:
    """What is known about a group's rows besides the diff: findings of the load, items that never show."""

    group: Group
    options: LoadOptions
    findings: pl.DataFrame  # RAW_SCHEMA: rows the load left out


def differences_of(answer: Diff, loss: Loss) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(raw findings, differences) of one group, both sorted by key and item."""
    rows = pl.concat([_rows(answer.missing, loss, "VER-01"), _rows(answer.added, loss, "VER-02"), _cells(answer, loss)])
    rows = pl.concat([rows, _duplicates(answer, loss)]).with_columns(cause=pl.lit(UNEXPLAINED))
    findings = pl.concat([_nothing_compared(answer, loss), _as_findings(rows.sort("key", "item", "rule"), loss)])
    every = pl.concat([rows, _left_out(loss)]).sort("key", "item", "rule")
    return findings, with_content_hash(every, HASHED).select(*DIFFERENCE_SCHEMA)


def _rows(frame: pl.DataFrame, loss: Loss, rule: str) -> pl.DataFrame:
    expected, actual = (PRESENT, ABSENT) if rule == "VER-01" else (ABSENT, PRESENT)
    return _line(frame, loss, rule, pl.lit(""), (pl.lit(expected), pl.lit(actual)))


def _cells(answer: Diff, loss: Loss) -> pl.DataFrame:
    hidden = pl.col("item").is_in(sorted(loss.options.secret))
    sides = (pl.when(hidden).then(pl.lit(HIDDEN)).otherwise(pl.col(name)) for name in ("left", "right"))
    expected, actual = sides
    return _line(answer.cells, loss, "VER-03", pl.col("item"), (expected, actual))


def _duplicates(answer: Diff, loss: Loss) -> pl.DataFrame:
    counts = (pl.format("{}行", pl.col("left_rows")), pl.format("{}行", pl.col("right_rows")))
    return _line(answer.duplicates, loss, "VER-05", pl.lit(""), counts)


def _line(frame: pl.DataFrame, loss: Loss, rule: str, item: pl.Expr, sides: tuple[pl.Expr, pl.Expr]) -> pl.DataFrame:
    return frame.select(
        area=pl.lit(loss.group.area),
        table=pl.lit(loss.group.id),
        key=key_text(loss.group.key),
        item=item,
        legacy=pl.lit(None, pl.String),
        expected=sides[0],
        actual=sides[1],
        rule=pl.lit(rule),
    )


def _left_out(loss: Loss) -> pl.DataFrame:
    """Rows the load left out, explained by its own findings; a row that equals a loaded one is no difference."""
    rows = loss.findings.filter(pl.col("rule") != SAME_ROW_RULE)
    rows = rows.unique(["record_id", "key"], keep="first", maintain_order=True)
    return rows.select(
        "area",
        "table",
        "key",
        item=pl.lit(""),
        legacy=pl.lit(None, pl.String),
        expected=pl.lit(PRESENT),
        actual=pl.lit(ABSENT),
        rule="rule",
        cause=pl.lit(UNLOADABLE),
    )


def _as_findings(rows: pl.DataFrame, loss: Loss) -> pl.DataFrame:
    message = pl.lit("")
    for rule, text in MESSAGES.items():
        message = pl.when(pl.col("rule") == rule).then(pl.lit(text)).otherwise(message)
    constant = {"severity": "E", "kind": "移行差異", "department": loss.options.department}
    return rows.select(
        "area",
        "table",
        "key",
        "item",
        "rule",
        *(pl.lit(value).alias(name) for name, value in constant.items()),
        pl.lit("").alias("legacy_value"),
        pl.format(
            "移行後の期待値 {} / 表の値 {}", pl.col("expected").fill_null("空"), pl.col("actual").fill_null("空")
        ).alias("value"),
        message.alias("message"),
        pl.lit(None, pl.Int64).alias("record_id"),
    ).select(*RAW_SCHEMA)


def _nothing_compared(answer: Diff, loss: Loss) -> pl.DataFrame:
    if answer.compared:
        return raw_findings()
    row = {"area": loss.group.area, "table": loss.group.id, "rule": "VER-04", "severity": "E", "kind": "移行差異"}
    numbers = f"期待 {answer.left_rows} 行 / 表 {answer.right_rows} 行"
    return raw_findings([{**row, "value": numbers, "message": _NOTHING, "department": loss.options.department}])


MESSAGES = {
    "VER-01": "変換した行が、投入先の表にありません。投入をやり直し、なければ記録を確かめてください。",
    "VER-02": "変換結果に無い行が、投入先の表にあります。だれがいつ入れたかを確かめ、投入をやり直してください。",
    "VER-03": "投入先の表の値が、変換した値と違います。投入をやり直し、なお違えば列の型を確かめてください。",
    "VER-05": "同じ主キーの行が複数あるため、1行ずつ照合できません。どの行が正しいかを現行システムで確かめてください。",
}
_NOTHING = "1行も照合していません。データが本当に無いのかを担当課に確かめてください（0件の照合は合格にしません）。"
