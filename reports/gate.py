"""移行判定: each criterion against what the run and the people say. Pure: frames in, rows out.

The criteria are data (mappings/shared/gate.csv); each names one of the checks below. A criterion for which nothing was
compared is never 合格.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

PASS, CONDITIONAL, FAIL, OPEN = "合格", "条件付", "不合格", "未了"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of gate.csv; `subject` is a blank-separated list of rule ids or rule prefixes."""

    id: str
    title: str
    standard: str
    check: str
    subject: str
    department: str = ""  # who confirms it, for criteria only people can judge


@dataclass(frozen=True, slots=True)
class GateRow:
    """One judged criterion: what was reached (`actual`), the verdict and what to do about it."""

    id: str
    title: str
    standard: str
    actual: str
    result: str
    todo: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the gate looks at. Frames as in the run folder; `findings` with `settled` and `answer` (decisions)."""

    findings: pl.DataFrame
    ledger: pl.DataFrame
    totals: pl.DataFrame
    differences: pl.DataFrame
    units: pl.DataFrame  # area, table, rows, loaded, compared: one row per group that should be there
    area_titles: Mapping[str, tuple[str, str]]  # area → (title, department)
    signed: frozenset[str]  # areas signed off for exactly this content
    confirmed: frozenset[str]  # criteria confirmed by a person
    protected: tuple[tuple[str, str], ...] = ()  # (area, table) that say who is under 支援措置
    table_titles: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (area, table) → its name for people


def judge(criteria: Sequence[Criterion], evidence: Evidence) -> list[GateRow]:
    """Every criterion, in order."""
    rows = []
    for criterion in criteria:
        actual, result, todo = CHECKS[criterion.check](criterion, evidence)
        rows.append(GateRow(criterion.id, criterion.title, criterion.standard, actual, result, todo))
    return rows


def ready(rows: Sequence[GateRow]) -> bool:
    """Go-live is not blocked: at least one criterion, and each 合格 or 条件付."""
    return bool(rows) and all(row.result in (PASS, CONDITIONAL) for row in rows)


Verdict = tuple[str, str, str]


def _no_errors(criterion: Criterion, evidence: Evidence) -> Verdict:
    return _none_open(_about(criterion, evidence.findings).filter(pl.col("severity") == "E"), "エラー")


def _no_findings(criterion: Criterion, evidence: Evidence) -> Verdict:
    return _none_open(_about(criterion, evidence.findings), "指摘")


def _protection(criterion: Criterion, evidence: Evidence) -> Verdict:
    """As `_no_findings`, and the tables that name the protected people were there at all."""
    there = evidence.units.filter(pl.col("loaded") > 0).select("area", "table").rows()
    missing = [f"{area}/{table}" for area, table in evidence.protected if (area, table) not in there]
    if missing:
        todo = f"支援措置の表 {'、'.join(missing)} を受け取って実行し直してください（対象者の住所も伏せられていません）"
        return "支援措置の対象者が読み込まれていません", FAIL, todo
    return _no_findings(criterion, evidence)


def _errors(_: Criterion, evidence: Evidence) -> Verdict:
    return _none_open(evidence.findings.filter(pl.col("severity") == "E"), "エラー")


def _answers(_: Criterion, evidence: Evidence) -> Verdict:
    doubts = evidence.findings.filter(pl.col("severity") == "W")
    waiting = doubts.filter(pl.col("answer").is_null()).height
    if waiting:
        return (
            f"疑義 {doubts.height:,}件のうち未回答 {waiting:,}件",
            OPEN,
            _departments(doubts.filter(pl.col("answer").is_null())),
        )
    unsettled = doubts.filter(~pl.col("settled")).height
    if unsettled:
        return f"全件回答済み。うち修正待ち {unsettled:,}件", CONDITIONAL, "修正後のデータで再実行してください"
    return f"疑義 {doubts.height:,}件、全件回答済み" if doubts.height else "疑義 0件", PASS, ""


def _ledger(criterion: Criterion, evidence: Evidence) -> Verdict:
    ledger = evidence.ledger
    if ledger.is_empty():
        return "照合していません", FAIL, "ikou run を最後まで実行してください"
    open_rows = ledger.filter(~pl.col("closes")).height
    lost = ledger.filter(pl.col("stage") != "extract-bytes").select(pl.col("rejected", "duplicate").sum()).row(0)
    actual = f"{ledger.height:,}行の式のうち、閉じないもの {open_rows:,}件、却下 {lost[0]:,}件、重複 {lost[1]:,}件"
    if open_rows:
        return actual, FAIL, "件数照合表の「×」の行を確認してください"
    if any(lost):
        return _explained(actual, _about(criterion, evidence.findings))
    return actual, PASS, ""


def _explained(actual: str, findings: pl.DataFrame) -> Verdict:
    """Records kept out are in order only when errors tell of them, each settled by an approved answer."""
    told = findings.filter(pl.col("severity") == "E")
    if told.is_empty():
        return actual, FAIL, "却下・重複した記録を説明する指摘がありません。記録を添えて作成者に知らせてください"
    waiting = told.filter(~pl.col("settled"))
    if waiting.height:
        advice = "却下・重複した記録の指摘を解消するか、原課の承認を得てください。"
        return actual, FAIL, advice + _departments(waiting)
    return actual + "（すべて承認済み）", CONDITIONAL, ""


def _totals(_: Criterion, evidence: Evidence) -> Verdict:
    totals = _without_told_sums(evidence.totals)
    if totals.is_empty():
        return "照合していません", FAIL, "合計の定義（[[total]]）がありません"
    counts = {result: totals.filter(pl.col("result") == result).height for result in ("一致", "不一致", "照合なし")}
    actual = "、".join(f"{result} {count:,}件" for result, count in counts.items())
    about = evidence.findings.filter(pl.col("rule").str.starts_with("REC-") & (pl.col("severity") == "E"))
    waiting = about.filter(~pl.col("settled"))
    if waiting.height or about.height < counts["不一致"]:
        return actual, FAIL, "合計照合表の「不一致」と指摘を確認してください。" + _departments(waiting)
    if counts["照合なし"] or not counts["一致"]:
        missing = totals.filter(pl.col("result") == "照合なし")
        names = "、".join(f"{row['area']}/{row['total']}" for row in missing.head(5).iter_rows(named=True))
        return (
            actual,
            FAIL,
            f"照合する数字を受渡データの totals.csv か ikou.toml の [[figures]] に入れてください: {names}",
        )
    if counts["不一致"]:
        return actual + "（すべて承認済みの例外）", CONDITIONAL, ""
    return actual, PASS, ""


def _without_told_sums(totals: pl.DataFrame) -> pl.DataFrame:
    """Totals without the overall figures nobody stated where every part of them was stated and met."""
    place = ["area", "total"]
    parts = totals.filter(pl.col("by") != "").group_by(place).agg((pl.col("result") == "一致").all().alias("met"))
    joined = totals.join(parts, on=place, how="left", maintain_order="left")
    told = (pl.col("by") == "") & (pl.col("result") == "照合なし") & pl.col("met").fill_null(False)
    return joined.filter(~told).drop("met")


def _differences(_: Criterion, evidence: Evidence) -> Verdict:
    compared = int(evidence.units["compared"].sum()) if evidence.units.height else 0
    if not compared:
        return "照合していません", FAIL, "ikou run を最後まで実行してください"
    differences = with_settled(evidence.differences, evidence.findings)
    waiting = differences.filter(~pl.col("settled")).height
    actual = f"{compared:,}行を照合し、差異 {differences.height:,}件（未解決 {waiting:,}件）"
    if waiting:
        return actual, FAIL, "差異一覧を確認し、原因を除いて実行し直すか、原課の承認を得てください"
    return actual, CONDITIONAL if differences.height else PASS, ""


def with_settled(differences: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Differences with `settled`: whether the finding about just this one is settled."""
    place = ["area", "table", "item", "key", "rule"]
    done = findings.filter("settled").select(place).unique().with_columns(settled=True)
    joined = differences.join(done, on=place, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.col("settled").fill_null(False))


def _coverage(_: Criterion, evidence: Evidence) -> Verdict:
    units = evidence.units
    if units.is_empty():
        return "対象表がありません", FAIL, "ikou run を最後まで実行してください"
    missing = units.filter((pl.col("loaded") == 0) | (pl.col("compared") == 0))
    actual = f"対象表 {units.height:,}のうち、投入・照合できたもの {units.height - missing.height:,}"
    if missing.is_empty():
        return actual, PASS, ""
    places = [(row["area"], row["table"]) for row in missing.head(5).iter_rows(named=True)]
    names = "、".join(evidence.table_titles.get(place, "/".join(place)) for place in places)
    more = f" ほか{missing.height - 5:,}表" if missing.height > 5 else ""
    return actual, FAIL, f"投入・照合が0件の表（受渡データと、投入の指摘を確認してください）: {names}{more}"


def _sign_offs(_: Criterion, evidence: Evidence) -> Verdict:
    missing = [title for area, (title, _dept) in evidence.area_titles.items() if area not in evidence.signed]
    actual = f"{len(evidence.area_titles):,}業務のうち承認済み {len(evidence.area_titles) - len(missing):,}"
    if missing or not evidence.area_titles:
        return actual, OPEN, "承認待ち: " + "、".join(missing)
    return actual, PASS, ""


def _confirmation(criterion: Criterion, evidence: Evidence) -> Verdict:
    if criterion.id in evidence.confirmed:
        return "担当者が確認済み", PASS, ""
    return "未確認", OPEN, "確認できたら、確認票（Excel）の「判定項目」に記入してください"


CHECKS: dict[str, Callable[[Criterion, Evidence], Verdict]] = {
    "no_errors": _no_errors,
    "no_findings": _no_findings,
    "protection": _protection,
    "errors": _errors,
    "answers": _answers,
    "ledger": _ledger,
    "totals": _totals,
    "differences": _differences,
    "coverage": _coverage,
    "sign_offs": _sign_offs,
    "confirmation": _confirmation,
}


def _about(criterion: Criterion, findings: pl.DataFrame) -> pl.DataFrame:
    """Findings of the rules a criterion names; all when it names none."""
    subjects = criterion.subject.split()
    if not subjects:
        return findings
    return findings.filter(pl.any_horizontal([pl.col("rule").str.starts_with(subject) for subject in subjects]))


def _none_open(findings: pl.DataFrame, word: str) -> Verdict:
    waiting = findings.filter(~pl.col("settled"))
    if waiting.height:
        return f"{word} {findings.height:,}件（未解決 {waiting.height:,}件）", FAIL, _departments(waiting)
    if findings.height:
        return f"{word} {findings.height:,}件（すべて承認済みの例外）", CONDITIONAL, ""
    return f"{word} 0件", PASS, ""


def _departments(findings: pl.DataFrame) -> str:
    counts = (
        findings.group_by("department", maintain_order=True).len().sort("len", "department", descending=[True, False])
    )
    return (
        ""
        if findings.is_empty()
        else "確認する課: "
        + "、".join(f"{row['department'] or '未定'} {row['len']:,}件" for row in counts.iter_rows(named=True))
    )
