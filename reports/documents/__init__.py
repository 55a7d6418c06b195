"""The documents of a run, in the order staff meet them. Adding one is adding a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reports.document import Document, Edition
from reports.documents.counts import counts
from reports.documents.questions import questions
from reports.runbook import RunBook


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document: `build` gives one or several (by department or area)."""

    id: str
    title: str
    build: Callable[[RunBook, Edition], Document | Iterable[Document]]


DOCUMENTS: tuple[DocumentKind, ...] = (
    DocumentKind("counts", "件数照合表", counts),
    DocumentKind("questions", "疑義リスト（確認・回答票）", questions),
)


def build_documents(book: RunBook, edition: Edition = Edition.DEPARTMENT) -> Iterator[Document]:
    """Every document of a run, one after the other (large ones need not live together)."""
    for kind in DOCUMENTS:
        made = kind.build(book, edition)
        yield from (made,) if isinstance(made, Document) else made
