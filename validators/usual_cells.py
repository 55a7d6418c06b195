"""What the usual value of an item passes on SQLite, quickly; the exact tests of a layout are for the other values only.

Each test implies the exact one: `date` with a modifier gives back unchanged only what is a day of the calendar.
"""

from __future__ import annotations

import sqlalchemy as sa

from mappings.layout import Item, ItemType
from validators.layout import LayoutKind
from validators.meaning import Native
from validators.sqlite_patterns import real_day

_EXACT_LENGTH = (ItemType.DECIMAL, ItemType.SIGNED)
_USUAL_SIGNS = "　-鿿！-｠"  # kana, kanji, full-width signs


def usual_cell(kind: LayoutKind, item: Item, text: Native) -> sa.ColumnElement[bool] | None:
    """True only where `type_holds` or `length_holds`, never NULL for a text; None when there is no quicker way."""
    usual: sa.ColumnElement[bool] | None = None
    if kind is LayoutKind.LENGTH and item.type not in _EXACT_LENGTH:
        usual = sa.func.length(text) <= item.length
    elif kind is LayoutKind.TYPE and item.type is ItemType.DATE:
        usual = sa.func.coalesce(real_day(text), sa.false())
    elif kind is LayoutKind.TYPE and item.type is ItemType.N:
        usual = ~text.op("GLOB", is_comparison=True)(f"*[^{_USUAL_SIGNS}]*") & (text != "")
    return usual
