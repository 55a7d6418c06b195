"""What staff call things: areas, tables, groups, rules, stages and departments of a run book."""

from __future__ import annotations

import polars as pl

from mappings.engine_rules import engine_rules
from mappings.model import Rule, Source
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
    "reconcile": "照合",
}
LAYOUT_RULES = {
    "LAY-01": "必須の項目が空",
    "LAY-02": "文字の種類・型が違う",
    "LAY-03": "桁数を超えている",
    "LAY-04": "コード表に無い値",
    "LAY-05": "主キーの重複・欠落",
    "LAY-06": "参照先が無い",
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


def rules(book: RunBook) -> dict[str, Rule]:
    """Every business rule by id."""
    return {rule.id: rule for area in book.areas.values() for rule in area.rules}


def rule_title(book: RunBook, rule: str) -> str:
    """What a rule is about in a few words."""
    known = rules(book).get(rule) or engine_rules().get(rule)
    return known.title if known else LAYOUT_RULES.get(rule, "")


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
    """rule, rule_title, basis, look_at of every rule: what the rule file says to people."""
    rows = [(rule.id, rule.title, rule.basis, rule.look_at) for rule in rules(book).values()]
    rows += [(rule.id, rule.title, "移行ツールの検査", rule.look_at) for rule in engine_rules().values()]
    rows += [(rule, title, "標準レイアウト", "") for rule, title in LAYOUT_RULES.items()]
    schema = dict.fromkeys(("rule", "rule_title", "basis", "look_at"), pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row").unique("rule", keep="first", maintain_order=True)
