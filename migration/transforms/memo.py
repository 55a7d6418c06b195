"""A function of one text as an elementwise expression: computed once per distinct value, and it tells what it met."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from migration.transforms.spec import Outcome

KEPT = 300_000  # distinct values remembered; faults and notes are always kept


class Memo:
    """`outcome` for every text of a column (for those matching the regex `only`; others stay as they are).

    After a frame was computed through `value`, `faults` and `notes` hold every distinct text that had one, so the
    rows concerned can be found by `is_in` without asking again. Streaming-safe: batches share one dictionary.
    """

    def __init__(
        self, outcome: Callable[[str], Outcome], only: str = "", fast: Callable[[pl.Series], pl.Series] | None = None
    ) -> None:
        self._outcome = outcome
        self._only = only
        self._fast = fast
        self._values: dict[str, str | None] = {}
        self.faults: dict[str, Outcome] = {}
        self.notes: dict[str, Outcome] = {}
        self.changing = False  # true once a value differed from its text

    def value(self, expr: pl.Expr) -> pl.Expr:
        """String; null where the text is null, has a fault or means nothing."""
        return expr.map_batches(self._batch, return_dtype=pl.String, is_elementwise=True)

    def _batch(self, texts: pl.Series) -> pl.Series:
        if texts.dtype != pl.String:
            texts = texts.cast(pl.String)
        if self._fast is not None:
            return self._with_fast(texts, self._fast)
        if not self._only:
            return self._every(texts)
        hit = texts.str.contains(self._only)
        if not hit.any():
            return texts
        distinct = texts.filter(hit.fill_null(False)).unique()
        return texts.replace(distinct, self._results(distinct))

    def _every(self, texts: pl.Series) -> pl.Series:
        distinct = texts.unique().drop_nulls()
        return texts.replace_strict(distinct, self._results(distinct), return_dtype=pl.String, default=None)

    def _with_fast(self, texts: pl.Series, fast: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """The usual texts by `fast`, the rest by asking."""
        quick = fast(texts)
        done = quick.is_not_null()
        self.changing = self.changing or bool(done.any())
        rest = ~done & texts.is_not_null()
        if not rest.any():
            return quick
        asked = self._every(texts.filter(rest))
        return quick.scatter(rest.arg_true(), asked)

    def _results(self, distinct: pl.Series) -> pl.Series:
        known = self._values
        results = [known[text] if text in known else self._ask(text) for text in distinct.to_list()]
        return pl.Series(results, dtype=pl.String)

    def _ask(self, text: str) -> str | None:
        outcome = self._outcome(text)
        if outcome.fault:
            self.faults[text] = outcome
        if outcome.note:
            self.notes[text] = outcome
        self.changing = self.changing or outcome.value != text
        if len(self._values) < KEPT:
            self._values[text] = outcome.value
        return outcome.value
