"""A chain of transforms on texts one by one, with everything it says: what `ikou transform` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from mappings.legacy_source import Transform
from migration.transforms import TRANSFORMS
from migration.transforms.references import References
from migration.transforms.spec import Native, Outcome

BATCH = 10_000
MASK = "*" * 12


@dataclass(frozen=True, slots=True)
class Told:
    """One text and what became of it. `rule`: of the finding, else the steps that changed it, else ''."""

    text: str
    value: str | None
    flags: tuple[str, ...] = ()
    rule: str = ""
    severity: str = ""
    message: str = ""
    parts: tuple[tuple[str, str], ...] = ()


def through(steps: Sequence[Transform], texts: Iterable[str], references: References) -> Iterator[Told]:
    """Every text through the steps, in order, a batch at a time. A text without a value is not asked further."""
    functions = [_column(step, references) for step in steps]
    rules = [TRANSFORMS[step.name].rule for step in steps]
    name = " ".join(str(step) for step in steps)
    secret = any(TRANSFORMS[step.name].secret for step in steps)
    for batch in _batches(texts):
        told: list[list[Outcome]] = [[] for _ in batch]
        values: list[str | None] = list(batch)
        for function, rule in zip(functions, rules, strict=True):
            for place, found in enumerate(function(values)):
                told[place].append(_with_rule(found, rule))
                values[place] = found.value
        said = (_told(text, outcomes, name) for text, outcomes in zip(batch, told, strict=True))
        yield from map(_masked, said) if secret else said


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _column(step: Transform, references: References) -> Callable[[list[str | None]], list[Outcome]]:
    spec = TRANSFORMS[step.name]
    prepared = spec.prepared(references, step.argument)
    if prepared is not None:
        outcome = prepared.outcome
        return lambda texts: [Outcome(None) if text is None else outcome(text) for text in texts]
    assert spec.native is not None
    return partial(_native, spec.native, step.argument)


def _native(native: Native, argument: str, texts: list[str | None]) -> list[Outcome]:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    return [Outcome(value) for value in frame.select(native(pl.col("text"), argument)).to_series().to_list()]


def _with_rule(found: Outcome, rule: str) -> Outcome:
    if not (found.fault or found.note):
        return found
    severity = found.severity or ("E" if found.fault else "W")
    return Outcome(found.value, found.fault, found.note, found.rule or rule, severity, found.flags, found.parts)


def _told(text: str, outcomes: Sequence[Outcome], name: str) -> Told:
    value = outcomes[-1].value
    spoken = [found for found in outcomes if found.rule]
    said = spoken[0] if spoken else Outcome(None)
    rule = said.rule or (name if value != text else "")
    flags = tuple(dict.fromkeys(flag for found in outcomes for flag in _flags(found)))
    message = "／".join(found.fault or found.note for found in spoken)
    parts = tuple(part for found in outcomes for part in found.parts)
    return Told(text, value, flags, rule, said.severity, message, parts)


def _masked(told: Told) -> Told:
    """Without the number; the messages of a secret transform hold none."""
    return replace(told, text=MASK, value=None if told.value is None else MASK, parts=())


def _flags(found: Outcome) -> tuple[str, ...]:
    """A finding without a word of its own is its own flag: what is doubtful is never without a flag."""
    said = found.fault or found.note
    return found.flags or ((said,) if said else ())
