"""移行判定チェックリスト: every criterion, what was reached, the verdict and what to do about it."""

from __future__ import annotations

from reports.document import Column, Document, Edition, Figure, Kind, Section, Tone, table_of
from reports.gate import CONDITIONAL, FAIL, OPEN, PASS
from reports.runbook import RunBook

COLUMNS = (
    Column("id", "番号", Kind.CODE, 8),
    Column("title", "項目", width=20),
    Column("standard", "基準", width=46),
    Column("actual", "実績（根拠）", width=40),
    Column("result", "判定", Kind.STATUS, 12),
    Column("todo", "残っていること", width=40),
    Column("remarks", "会議での確認", width=18),
)
WORDS = (FAIL, OPEN, CONDITIONAL, PASS)


def gate_list(book: RunBook, edition: Edition) -> Document:
    """Go-live is possible only when there is at least one criterion and each is 合格 or 条件付."""
    found = {word: sum(row.result == word for row in book.gate) for word in WORDS}
    blocked = [row for row in book.gate if row.result not in (PASS, CONDITIONAL)]
    rows = [(row.id, row.title, row.standard, row.actual, row.result, row.todo, "") for row in book.gate]
    return Document(
        id="gate_list",
        title="移行判定チェックリスト",
        facts=book.facts,
        sections=(
            Section("判定の数", figures=_figures(found)),
            Section("判定項目", table=table_of(COLUMNS, rows, "判定項目がありません。判定していません。")),
        ),
        headline=_headline(len(book.gate), found),
        tone=Tone.BAD if found[FAIL] else Tone.WARN if blocked or found[CONDITIONAL] or not book.gate else Tone.GOOD,
        actions=tuple(f"{row.id} {row.title}：{row.todo or '移行作業者に状況を確かめてください。'}" for row in blocked)
        or _NOTHING[bool(book.gate)],
        approvals=("作成", "情報政策", "担当課長", "ＣＩＯ補佐", "承認"),
        notes=("条件付は、残った課題と暫定の運用を会議で確認したうえで進めることができるものです。",),
        edition=edition,
    )


_NOTHING = {True: ("移行判定会議にかけてください。",), False: ("ikou gate を実行してください。",)}


def _figures(found: dict[str, int]) -> tuple[Figure, ...]:
    tones = {FAIL: Tone.BAD, OPEN: Tone.WARN, CONDITIONAL: Tone.WARN, PASS: Tone.GOOD}
    return tuple(Figure(word, found[word], "項目", tones[word] if found[word] else Tone.NONE) for word in WORDS)


def _headline(count: int, found: dict[str, int]) -> str:
    if count == 0:
        return "判定していません。"
    if found[FAIL] or found[OPEN]:
        return f"本番に進めません。不合格 {found[FAIL]:,} 項目、未了 {found[OPEN]:,} 項目が残っています。"
    if found[CONDITIONAL]:
        return f"条件付きで進めます。条件付 {found[CONDITIONAL]:,} 項目を会議で確認してください。"
    return f"{count:,} 項目すべて合格です。本番に進めます。"
