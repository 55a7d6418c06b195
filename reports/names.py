"""What staff call things: areas, tables, groups, rules, stages and departments of a run book."""

from __future__ import annotations

import polars as pl

from mappings.engine_rules import engine_rules
from mappings.legacy_source import Source
from reports.runbook import RunBook

STAGES = {
    "receive": "受領",
    "extract": "抽出",
    "extract-bytes": "抽出（バイト）",
    "profile": "調査",
    "convert": "変換",
    "validate": "検証",
    "load": "投入",
    "verify": "読み戻し",
    "output": "標準CSV出力",
    "reconcile": "照合",
}
LAYOUT_RULES = {  # id → title, what to look at
    "LAY-01": (
        "必須の項目が空",
        "現行システムの画面で値を確かめ、入れてください。現行にない項目なら、対応表で決めてください。",
    ),
    "LAY-02": (
        "文字の種類・型が違う",
        "現行システムの画面で値を確かめてください。正しい値なら、変換の決まりを直します。",
    ),
    "LAY-03": ("桁数を超えている", "入りきらない値です。短くしてよいかを決め、現行システムで直してください。"),
    "LAY-04": ("コード表に無い値", "値の意味を確かめ、コード変換表を直すか、現行システムで直してください。"),
    "LAY-05": (
        "主キーの重複・欠落",
        "同じ番号のデータが 2 件ないか、番号が空でないかを現行システムで確かめてください。",
    ),
    "LAY-06": (
        "参照先が無い",
        "相手のデータ（世帯や個人など）が消えていないか、番号が正しいかを現行システムで確かめてください。",
    ),
}
PERSON_ITEM = "宛名番号"


def area_title(book: RunBook, area: str) -> str:
    """住民基本台帳 for an area id; the id itself when unknown."""
    known = book.areas.get(area)
    return known.title if known else book.area_titles.get(area, area)


def department(book: RunBook, area: str) -> str:
    """The department that answers for an area."""
    known = book.areas.get(area)
    return book.departments.get(area) or (known.department if known else "")


def source(book: RunBook, area: str) -> Source | None:
    """The legacy format this run read for an area."""
    known = book.areas.get(area)
    return known.sources.get(book.vendors.get(area, "")) if known else None


def table_title(book: RunBook, area: str, table: str) -> str:
    """The name of a group, or of a legacy table, or the id itself."""
    known = book.areas.get(area)
    if known and table in known.groups:
        return known.groups[table].name
    legacy = source(book, area)
    if legacy and table in legacy.tables:
        return legacy.tables[table].title
    return table


def with_titles(frame: pl.DataFrame, book: RunBook) -> pl.DataFrame:
    """Adds area_title and table_title to a frame with `area` and `table`."""
    pairs = frame.select("area", "table").unique(maintain_order=True).rows()
    names = pl.DataFrame(
        [(a, t, area_title(book, a or ""), table_title(book, a or "", t or "")) for a, t in pairs],
        schema=dict.fromkeys(("area", "table", "area_title", "table_title"), pl.String()),
        orient="row",
    )
    return frame.join(names, on=["area", "table"], how="left", nulls_equal=True, maintain_order="left")


def rule_words(book: RunBook) -> pl.DataFrame:
    """rule, rule_title, basis, look_at of every rule; of a rule that several areas have, the words of the first."""
    rows = [words[1:] for words in _area_rules(book)]
    rows += [(rule.id, rule.title, "移行ツールの検査", rule.look_at) for rule in engine_rules().values()]
    rows += [(rule, title, "標準レイアウト", look_at) for rule, (title, look_at) in LAYOUT_RULES.items()]
    schema = dict.fromkeys(("rule", *_WORDS), pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row").unique("rule", keep="first", maintain_order=True)


def with_rule_words(frame: pl.DataFrame, book: RunBook) -> pl.DataFrame:
    """Adds rule_title, basis and look_at to a frame with `area` and `rule`: the area's own words where it has them."""
    schema = dict.fromkeys(("area", "rule", *_WORDS), pl.String())
    own = pl.DataFrame(_area_rules(book), schema=schema, orient="row").unique(["area", "rule"], keep="first")
    joined = frame.join(own, on=["area", "rule"], how="left", maintain_order="left")
    joined = joined.join(rule_words(book), on="rule", how="left", maintain_order="left", suffix="_any")
    return joined.with_columns(pl.coalesce(name, f"{name}_any").alias(name) for name in _WORDS)


_WORDS = ("rule_title", "basis", "look_at")


def _area_rules(book: RunBook) -> list[tuple[str, str, str, str, str]]:
    return [
        (area.id, rule.id, rule.title, rule.basis, rule.look_at) for area in book.areas.values() for rule in area.rules
    ]
