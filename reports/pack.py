"""確認票: what one department is asked, as data. Pure: a RunBook in, the questions out.

A cause groups the findings of one rule on one item; its answer counts for each of them, unless a case is answered by
itself. Every question carries the content hashes it stands for, so that an answer sticks to what the person saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reports.cells import visible
from reports.document import Edition
from reports.masking import masked
from reports.names import department, rule_words, with_titles
from reports.people import with_person
from reports.runbook import RunBook
from validators.finding import SEVERITIES

CAUSES, CASES, AREAS, CRITERIA = "まとめて回答", "1件ずつ回答", "業務の承認", "判定項目"
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a sheet: its id, the texts a person sees (not to be changed), the contents it stands for."""

    id: str
    texts: tuple[str, ...]
    hashes: tuple[str, ...]
    subjects: tuple[str, ...]  # finding ids, the area, or the criterion
    area: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of questions with the same columns and the same choice of answers."""

    name: str
    lead: str
    columns: tuple[tuple[str, int], ...]  # (title, width) of the texts, the id first
    choices: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """All that one department is asked about one run."""

    municipality: str
    run: str
    department: str
    sheets: tuple[Sheet, ...]

    @property
    def id(self) -> str:
        """The same questions have the same id."""
        parts = [self.municipality, self.run, self.department]
        parts += [text for sheet in self.sheets for q in sheet.questions for text in (q.id, *q.texts, *q.hashes)]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked besides findings. Rows of (id, title, text, content hash, department)."""

    areas: tuple[tuple[str, str, str, str, str], ...]
    criteria: tuple[tuple[str, str, str, str, str], ...]
    choices: tuple[str, ...]  # for sign-offs and criteria


def make_packs(book: RunBook, asked: Asked) -> list[Pack]:
    """One pack for every department with an open question, an area or a criterion; only open findings are asked."""
    findings = _open_findings(book)
    names = {row[4] for row in (*asked.areas, *asked.criteria)} | set(findings["department"].to_list())
    packs = []
    for name in sorted(name for name in names if name):
        mine = findings.filter(pl.col("department") == name)
        sheets = (
            _causes(mine, book.answers),
            _cases(mine, book.answers),
            _asked(
                AREAS, "照合の結果を確かめ、よければ「承認する」を選んでください。", asked.areas, name, asked.choices
            ),
            _asked(CRITERIA, "確認できたものに「承認する」を選んでください。", asked.criteria, name, asked.choices),
        )
        packs.append(Pack(book.facts.municipality, book.facts.run, name, sheets))
    return packs


def _open_findings(book: RunBook) -> pl.DataFrame:
    """Errors and doubts nobody answered, masked, with titles; worst and most frequent cause first."""
    owners = {area: department(book, area) for area in book.areas}
    found = book.answered().filter((pl.col("severity") != "I") & (pl.col("state") == "未回答"))
    found = masked(with_person(with_titles(found, book), book), book, Edition.DEPARTMENT, ("legacy_value", "value"))
    found = found.with_columns(visible(found[name]).alias(name) for name in ("key", "legacy_value", "value", "message"))
    owner = pl.when(pl.col("department").fill_null("") == "").then(pl.col("area").replace(owners))
    cause = ["area", "table", "rule", "item"]
    return (
        found.join(rule_words(book), on="rule", how="left", maintain_order="left")
        .with_columns(owner.otherwise(pl.col("department")).alias("department"), pl.len().over(cause).alias("cases"))
        .sort("severity", "cases", *cause, "key", descending=[False, True, *[False] * 5], maintain_order=True)
    )


def _causes(findings: pl.DataFrame, choices: tuple[str, ...]) -> Sheet:
    cause = ["area", "table", "rule", "item"]
    grouped = findings.group_by(cause, maintain_order=True).agg(
        pl.col("severity", "kind", "area_title", "table_title", "rule_title", "look_at").first(),
        pl.len().alias("cases"),
        pl.col("person").drop_nulls().n_unique().alias("people"),
        pl.col("message").head(EXAMPLES).str.join("\n").alias("examples"),
        pl.col("content_hash", "finding_id"),
    )
    questions = tuple(_cause(number, row) for number, row in enumerate(grouped.iter_rows(named=True), start=1))
    columns = (
        ("番号", 8), ("重さ", 8), ("種類", 14), ("業務", 16), ("データの種類", 16), ("項目", 18), ("何が疑わしいか", 36),
        ("件数", 8), ("人数", 8), ("例", 48), ("どこを見て、どこで直すか", 40),
    )  # fmt: skip
    lead = "同じ原因の指摘を1行にまとめています。全部同じ扱いでよければ、この行にだけ回答してください。上の行ほど急ぎます。"
    return Sheet(CAUSES, lead, columns, choices, questions)


def _cause(number: int, row: Mapping[str, object]) -> Question:
    title = str(row["rule_title"] or "")
    texts = (
        str(SEVERITIES[str(row["severity"])]), str(row["kind"]), str(row["area_title"]), str(row["table_title"]),
        str(row["item"] or "（記録全体）"), f"{title}（{row['rule']}）", f"{row['cases']:,}", f"{row['people']:,}",
        str(row["examples"]), str(row["look_at"] or ""),
    )  # fmt: skip
    return Question(f"M{number:04}", texts, _texts(row["content_hash"]), _texts(row["finding_id"]), str(row["area"]))


def _cases(findings: pl.DataFrame, choices: tuple[str, ...]) -> Sheet:
    questions = tuple(_case(number, row) for number, row in enumerate(findings.iter_rows(named=True), start=1))
    columns = (
        ("番号", 10), ("重さ", 8), ("業務", 16), ("データの種類", 16), ("対象（キー）", 22), ("項目", 18), ("現行の値", 24),
        ("移行後の値", 24), ("なぜ疑わしいか", 50), ("規則", 10),
    )  # fmt: skip
    lead = "1件だけ扱いが違うときは、ここに回答してください。ここの回答は「まとめて回答」より優先します。"
    return Sheet(CASES, lead, columns, choices, questions)


def _case(number: int, row: Mapping[str, object]) -> Question:
    severity = SEVERITIES[str(row["severity"])]
    names = ("area_title", "table_title", "key", "item", "legacy_value", "value", "message", "rule")
    texts = (severity, *(str(row[name] or "") for name in names))
    return Question(f"K{number:06}", texts, (str(row["content_hash"]),), (str(row["finding_id"]),), str(row["area"]))


def _asked(
    name: str, lead: str, rows: Sequence[tuple[str, str, str, str, str]], owner: str, choices: tuple[str, ...]
) -> Sheet:
    mine = [row for row in rows if row[4] == owner]
    questions = tuple(
        Question(subject, (title, text), (content,), (subject,), subject if name == AREAS else "")
        for subject, title, text, content, _ in mine
    )
    return Sheet(name, lead, (("番号", 10), ("名前", 24), ("内容", 80)), choices, questions)


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()
