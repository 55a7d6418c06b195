"""What changes, lineage and findings are told from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mappings.area import Area
from migration.converting.assembly import Assembly
from migration.converting.items import ItemPlan, key_of
from migration.converting.sieve import Sieve
from validators.finding import key_text


@dataclass(frozen=True, slots=True)
class Telling:
    """One group as far as it was converted. `secret` items are named, their values never shown."""

    area: Area
    group: str
    assembly: Assembly
    sieve: Sieve
    plans: Sequence[ItemPlan]
    secret: frozenset[str]

    @property
    def shown(self) -> list[ItemPlan]:
        return [plan for plan in self.plans if plan.item.name not in self.secret]

    @property
    def key(self) -> pl.Expr:
        """The business key of a row as one text."""
        return key_of(self.shown)

    @property
    def written_key(self) -> pl.Expr:
        """The same of a row of the frame that was written."""
        names = [plan.item.name for plan in self.shown if plan.item.primary_key]
        return key_text(names) if names else pl.lit("", pl.String)
