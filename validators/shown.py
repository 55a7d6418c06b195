"""How findings show values: 個人番号 never, decimals alike on every engine, empty parts of a key as nothing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mappings.layout import Group, Item, ItemType
from validators.checked import HIDDEN, CheckSettings


def shown_value(column: str, item: Item, settings: CheckSettings) -> pl.Expr:
    """The value of a column as text; NULL stays NULL, except that a secret one is hidden either way."""
    if item.name in settings.secret_items:
        return pl.lit(HIDDEN)
    if item.type is ItemType.DECIMAL:
        return pl.col(column).str.replace("^([^.]*)([.][0-9]*?)0+$", "${1}${2}").str.strip_suffix(".")
    return pl.col(column)


def shown_key(group: Group, settings: CheckSettings) -> pl.Expr:
    """The business key as one text."""
    return joined([shown_value(name, group.item(name), settings).fill_null("") for name in group.key], "|")


def joined(parts: Sequence[pl.Expr], separator: str) -> pl.Expr:
    return pl.concat_str(parts, separator=separator) if parts else pl.lit("")
