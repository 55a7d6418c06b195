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
from reports.names import department, with_rule_words, with_titles
from reports.people import with_person
from reports.runbook import RunBook
from validators.finding import SEVERITIES

CAUSE = ("severity", "area", "table", "rule", "item")
CAUSES, CASES, AREAS, CRITERIA = "まとめて回答", "1件ずつ回答", "業務の承認", "判定項目"
EXAMPLES = 3
UNKNOWN_AREA = "（受渡データ全体）"
MEANINGS: Mapping[str, str] = {  # what staff mean by each answer, as the guide tells them
    "このままでよい": "調べたところ正しかった、または、このまま新システムへ移してよい。",
    "対象外": "移行や指摘の対象にならない（理由を書いてください）。",
    "新システムで修正": "このまま移し、移行のあとに新システムで直す（だれが・いつまでに直すかを書いてください）。",
    "現行システムで修正": "切替の前に、今のシステムで直す。直ったデータが届くまで「処理待ち」になります。",
    "変換で補正": "移行の変換で直してほしい（どう直すかを書いてください）。直るまで「処理待ち」になります。",
    "承認する": "内容を確かめ、これでよい。",
    "差し戻す": "このままでは承認できない（理由を書いてください）。",
}


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
    sheets: tuple[Sheet, ...]  # only those with questions
    return_to: str = ""  # the department that collects the answers

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
    coordinator: str = ""  # the department that runs the move: it collects answers, and is asked what is nobody's


def make_packs(book: RunBook, asked: Asked) -> list[Pack]:
    """One pack for every department with an open question, an area or a criterion; only open findings are asked."""
    findings = _open_findings(book, asked.coordinator)
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
        full = tuple(sheet for sheet in sheets if sheet.questions)
        packs.append(Pack(book.facts.municipality, book.facts.run, name, full, asked.coordinator))
    return packs


def _open_findings(book: RunBook, coordinator: str) -> pl.DataFrame:
    """Errors and doubts nobody answered, masked, with titles; worst and most frequent cause first, numbered."""
    owners = {area: department(book, area) for area in book.areas}
    found = book.answered().filter((pl.col("severity") != "I") & (pl.col("state") == "未回答"))
    found = masked(with_person(with_titles(found, book), book), book, Edition.DEPARTMENT, ("legacy_value", "value"))
    found = found.with_columns(visible(found[name]).alias(name) for name in ("key", "legacy_value", "value", "message"))
    own, of_area = pl.col("department"), pl.col("area").replace_strict(owners, default="", return_dtype=pl.String)
    owner = pl.coalesce(pl.when(one != "").then(one) for one in (own, of_area)).fill_null(coordinator)
    order = ["department", "severity", "cases", *CAUSE[1:], "key", "record"]
    return (
        with_rule_words(found, book)
        .with_columns(owner.alias("department"))
        .with_columns(pl.len().over("department", *CAUSE).alias("cases"))
        .sort(order, descending=[name == "cases" for name in order], maintain_order=True)
        .with_columns(pl.struct(CAUSE).rle_id().over("department").alias("cause"))
    )


def _causes(findings: pl.DataFrame, choices: tuple[str, ...]) -> Sheet:
    grouped = findings.group_by("cause", maintain_order=True).agg(
        pl.col(
            "severity", "kind", "area", "area_title", "table_title", "item", "rule", "rule_title", "look_at"
        ).first(),
        pl.len().alias("cases"),
        pl.col("person").drop_nulls().n_unique().alias("people"),
        pl.col("message").unique(maintain_order=True).head(EXAMPLES).str.join("\n").alias("examples"),
        pl.col("content_hash", "finding_id"),
    )
    columns = (
        ("番号", 7), ("重さ", 7), ("種類", 13), ("業務・データ", 17), ("項目", 14), ("何が疑わしいか", 24),
        ("件数\n（人数）", 9), ("例", 38), ("どこを見て、どこで直すか", 28),
    )  # fmt: skip
    lead = "同じ原因の指摘を1行にまとめています。全部同じ扱いなら、この行にだけ回答してください。上の行ほど急ぎます。"
    return Sheet(CAUSES, lead, columns, choices, tuple(_cause(row) for row in grouped.iter_rows(named=True)))


def _cause(row: Mapping[str, object]) -> Question:
    people = f"\n（{row['people']:,}人）" if row["people"] else ""
    texts = (
        str(SEVERITIES[str(row["severity"])]), str(row["kind"]), _data(row), str(row["item"] or "（記録全体）"),
        f"{row['rule_title'] or ''}（{row['rule']}）", f"{row['cases']:,}件{people}",
        str(row["examples"]), str(row["look_at"] or ""),
    )  # fmt: skip
    return Question(_number(row), texts, _texts(row["content_hash"]), _texts(row["finding_id"]), str(row["area"]))


def _number(row: Mapping[str, object]) -> str:
    return f"M{int(str(row['cause'])) + 1:04}"


def _data(row: Mapping[str, object]) -> str:
    """業務 and the kind of data, as one text."""
    names = [str(row["area_title"] or UNKNOWN_AREA), str(row["table_title"] or "")]
    return "\n".join(dict.fromkeys(name for name in names if name))


def _cases(findings: pl.DataFrame, choices: tuple[str, ...]) -> Sheet:
    questions = tuple(_case(number, row) for number, row in enumerate(findings.iter_rows(named=True), start=1))
    columns = (
        ("番号", 9), ("重さ", 7), ("まとめの番号", 8), ("業務・データ", 17), ("対象（キー）", 20), ("項目", 14),
        ("現行の値", 20), ("移行後の値", 20), ("なぜ疑わしいか", 44),
    )  # fmt: skip
    lead = "1件だけ扱いが違うときは、ここに回答してください。ここの回答は「まとめて回答」より優先します。"
    return Sheet(CASES, lead, columns, choices, questions)


def _case(number: int, row: Mapping[str, object]) -> Question:
    place = str(row["key"] or "") or _place(row)
    values = tuple(str(row[name] or "") for name in ("item", "legacy_value", "value", "message"))
    texts = (SEVERITIES[str(row["severity"])], _number(row), _data(row), place, *values)
    return Question(f"K{number:06}", texts, (str(row["content_hash"]),), (str(row["finding_id"]),), str(row["area"]))


def _place(row: Mapping[str, object]) -> str:
    """Where a finding without a key is: its file and record."""
    if not row["file"]:
        return ""
    return str(row["file"]) + (f" の {row['record']:,}件目" if row["record"] else "")


def _asked(
    name: str, lead: str, rows: Sequence[tuple[str, str, str, str, str]], owner: str, choices: tuple[str, ...]
) -> Sheet:
    mine = [row for row in rows if row[4] == owner]
    questions = tuple(
        Question(subject, (title, text), (content,), (subject,), subject if name == AREAS else "")
        for subject, title, text, content, _ in mine
    )
    return Sheet(name, lead, (("番号", 9), ("名前", 24), ("内容", 100)), choices, questions)


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()
