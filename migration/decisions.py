"""People's answers and sign-offs: appended to `decisions/decisions.jsonl`, bound to the content they were given for.

An answer holds for a finding as long as the finding's content_hash is the same; when the content changes, that finding,
and only that one, is open again. The last decision for a content hash counts; none is ever removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from migration.chain import append, read_chain

ANSWER, SIGN_OFF, CONFIRMATION = "answer", "signoff", "confirmation"

# What a department may answer, and whether the finding is then settled for good. The words are what staff choose from.
ANSWERS: dict[str, bool] = {
    "このままでよい": True,
    "対象外": True,
    "新システムで修正": True,
    "現行システムで修正": False,
    "変換で補正": False,
}
SIGN_OFFS: dict[str, bool] = {"承認する": True, "差し戻す": False}
SETTLING = frozenset(answer for answer, settles in (ANSWERS | SIGN_OFFS).items() if settles)

SCHEMA: dict[str, pl.DataType] = {
    name: pl.String()
    for name in (
        "kind",
        "content_hash",
        "subject",
        "area",
        "department",
        "answer",
        "reason",
        "who",
        "approver",
        "at",
        "run",
        "pack",
    )
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer, sign-off or confirmation. `subject` is the finding_id, the area, or the gate criterion."""

    kind: str
    content_hash: str
    subject: str
    area: str
    department: str
    answer: str
    reason: str
    who: str
    approver: str
    run: str
    pack: str = ""


def decisions_file(root: Path) -> Path:
    return root / "decisions" / "decisions.jsonl"


def record(root: Path, decisions: Sequence[Decision], now: datetime) -> None:
    """Append decisions, all or none."""
    at = now.isoformat(timespec="seconds")
    append(decisions_file(root), [{**asdict(decision), "at": at} for decision in decisions])


def read_decisions(root: Path) -> pl.DataFrame:
    """The decisions that count: the last one of each kind, subject area and content hash."""
    entries = read_chain(decisions_file(root))
    frame = pl.DataFrame([{name: str(entry.get(name, "")) for name in SCHEMA} for entry in entries], schema=SCHEMA)
    return frame.unique(["kind", "content_hash"], keep="last", maintain_order=True)


def other_person(who: str, approver: str) -> bool:
    """Whether the approver is named and is not the person who answered, however the names are spaced."""
    return bool("".join(approver.split())) and "".join(who.split()) != "".join(approver.split())


def with_answers(findings: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Findings with `answer`, `reason`, `who`, `approver`, `answered_at` and `settled`.

    An E is settled only when a second person approved the answer.
    """
    answers = decisions.filter(pl.col("kind") == ANSWER).select(
        "content_hash", "answer", "reason", "who", "approver", pl.col("at").alias("answered_at")
    )
    joined = findings.join(answers, on="content_hash", how="left", maintain_order="left")
    final = pl.col("answer").is_in(sorted(SETTLING & ANSWERS.keys()))
    names = [pl.col(name).fill_null("").str.replace_all(r"[\s\u{3000}]", "") for name in ("who", "approver")]
    approved = (pl.col("severity") != "E") | ((names[1] != "") & (names[0] != names[1]))
    return joined.with_columns((final & approved).fill_null(False).alias("settled"))
