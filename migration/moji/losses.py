"""What the profile of a table says of lost and misplaced characters, as findings: one per column.

Columns that are moved are told of record by record when they are converted (COM-09); here stand the columns left
behind, so that no mark of a loss goes unsaid, and half-width characters where full width is the rule.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from validators.finding import raw_findings

LOST, ODD_WIDTH = "MOJ-03", "MOJ-04"


def loss_findings(area: str, table: str, profile: pl.DataFrame, moved: Collection[str]) -> pl.DataFrame:
    """Raw findings of severity I. `moved`: the columns that some standard item is made from."""
    common = {"area": area, "table": table, "severity": "I", "kind": "現行潜在誤り"}
    rows = []
    for row in profile.filter((pl.col("loss_marks") + pl.col("gaiji") + pl.col("odd_width")) > 0).iter_rows(named=True):
        name = row["column"]
        lost = row["loss_marks"] + row["gaiji"]
        if lost and name not in moved:
            message = (
                f"移行しない項目「{name}」に、外字か文字が失われた跡（■〓□？など）のある記録が {lost:,} 件あります。"
            )
            rows.append({**common, "item": name, "rule": LOST, "message": message})
        if row["odd_width"]:
            message = f"ほとんどが全角の項目「{name}」に、半角の文字を含む記録が {row['odd_width']:,} 件あります。"
            rows.append({**common, "item": name, "rule": ODD_WIDTH, "message": message})
    return raw_findings(rows)
