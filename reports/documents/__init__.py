"""The documents of a run, in the order staff meet them. Adding one is adding a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reports.document import Document, Edition
from reports.documents.characters import gaiji_list, identification, open_characters
from reports.documents.code_table import code_table
from reports.documents.corrections import corrections
from reports.documents.counts import counts
from reports.documents.differences import differences
from reports.documents.exclusions import exclusions
from reports.documents.gate_list import gate_list
from reports.documents.intake import intake
from reports.documents.items_check import items_check
from reports.documents.latent_errors import latent_errors
from reports.documents.mapping_table import mapping_table
from reports.documents.questions import questions
from reports.documents.survey import survey
from reports.documents.target_list import target_list
from reports.documents.totals_check import totals_check
from reports.runbook import RunBook


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document: `build` gives one or several (by department or area)."""

    id: str
    title: str
    build: Callable[[RunBook, Edition], Document | Iterable[Document]]


DOCUMENTS: tuple[DocumentKind, ...] = (
    DocumentKind("target_list", "移行対象データ一覧表", target_list),
    DocumentKind("intake", "受入検査結果", intake),
    DocumentKind("survey", "現行データ調査報告書", survey),
    DocumentKind("mapping_table", "移行項目対応表", mapping_table),
    DocumentKind("code_table", "コード変換表", code_table),
    DocumentKind("gaiji_list", "外字一覧", gaiji_list),
    DocumentKind("identification", "文字同定表", identification),
    DocumentKind("open_characters", "未同定文字一覧", open_characters),
    DocumentKind("exclusions", "移行除外項目一覧", exclusions),
    DocumentKind("corrections", "補正記録簿", corrections),
    DocumentKind("counts", "件数照合表", counts),
    DocumentKind("totals_check", "合計照合表", totals_check),
    DocumentKind("items_check", "項目照合結果一覧", items_check),
    DocumentKind("differences", "差異一覧", differences),
    DocumentKind("questions", "疑義リスト", questions),
    DocumentKind("latent_errors", "現行潜在誤り一覧", latent_errors),
    DocumentKind("gate_list", "移行判定チェックリスト", gate_list),
)


def build_documents(book: RunBook, edition: Edition = Edition.DEPARTMENT) -> Iterator[Document]:
    """Every document of a run, one after the other (large ones need not live together)."""
    for kind in DOCUMENTS:
        made = kind.build(book, edition)
        yield from (made,) if isinstance(made, Document) else made
