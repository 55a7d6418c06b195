"""What a document is, apart from how it is shown: one model, two renderers (reports.html, reports.excel).

A document is made by a pure function from frames; nothing here knows a clock, a file or a page. Frames in tables
hold plain values (numbers as numbers, a status as its word); `reports.cells` decides how they look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl


class Edition(StrEnum):
    """Who the copy is for: departments see names and values, vendors see patterns and no small counts."""

    DEPARTMENT = "department"
    VENDOR = "vendor"

    @property
    def label(self) -> str:
        return {"department": "原課版", "vendor": "ベンダ版（値は形だけ・少数は伏せる）"}[self.value]


class Kind(StrEnum):
    """What a column holds; decides alignment, width, format and font."""

    TEXT = "text"  # words of ours
    VALUE = "value"  # a value of the data: names, addresses; shown in a font that knows the variants
    CODE = "code"  # identifiers, codes, keys: never a number
    NUMBER = "number"
    PERCENT = "percent"  # 0 … 1
    DATE = "date"
    STATUS = "status"  # a word of STATUS_TONES
    GLYPH = "glyph"  # a key of the document's glyphs, drawn; any other text is shown as it is


class Tone(StrEnum):
    """How a status word is meant; each has a sign, so that it survives black-and-white printing."""

    GOOD = "○"
    WARN = "△"
    BAD = "×"
    NONE = "－"


_TONE_WORDS: Mapping[Tone, str] = {
    Tone.GOOD: "合格 一致 合う 確認済 対応あり 受領 解決済 固定値 決定済",
    Tone.WARN: "条件付 未了 疑義 未確認 照合していません 照合なし 未回答 処理待ち 申告なし 検査していません 参考",
    Tone.BAD: "不合格 差異 不一致 合わない エラー 対応なし 表にない 受領せず 未同定",
    Tone.NONE: "情報 対象外 除外 空で作成 使用なし 参照のみ MJ+追加文字",
}
STATUS_TONES: Mapping[str, Tone] = {word: tone for tone, words in _TONE_WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `width` counts half-width characters (0: by kind)."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 0
    decimals: int = 0

    @property
    def characters(self) -> int:
        return self.width or _WIDTHS[self.kind]

    @property
    def wraps(self) -> bool:
        return self.kind in (Kind.TEXT, Kind.VALUE, Kind.CODE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to show. `empty` says what was looked at when there is no row; `total` is one more row at the end."""

    columns: tuple[Column, ...]
    frame: pl.DataFrame
    empty: str
    total: Mapping[str, object] | None = None


def table_of(columns: Sequence[Column], rows: Iterable[Sequence[object]], empty: str) -> Table:
    """A table from plain rows, in the order of `columns`."""
    schema = {column.name: _TYPES.get(column.kind, pl.String()) for column in columns}
    return Table(tuple(columns), pl.DataFrame([list(row) for row in rows], schema=schema, orient="row"), empty)


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure in large type."""

    label: str
    value: int | float | str
    unit: str = ""
    tone: Tone = Tone.NONE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part: any of figures, paragraphs and one table, shown in this order. `sheet`: short name in Excel."""

    title: str
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What every copy must say of itself. `created` is given from outside; the same facts make the same bytes."""

    municipality: str
    run: str
    as_of: str
    identity: str
    layouts: tuple[tuple[str, str], ...] = ()  # (area title, layout version)
    created: str = ""

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(label, text) as printed on the first page; facts that are not known say so."""
        versions = sorted({version or "版の記載なし" for _, version in self.layouts})
        return (
            ("団体名", self.municipality),
            ("移行リハーサル", self.run),
            ("データ基準日", self.as_of or "受渡データに記載なし"),
            ("標準レイアウト版", "、".join(versions) or "対象業務なし"),
            ("作成日時", self.created or "記載なし"),
            ("実行識別番号", self.identity),
        )


APPROVALS = ("作成", "確認", "承認")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn character: SVG path within a square of `size` units, and a PNG for workbooks."""

    path: str
    size: int
    png: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `headline` is its result in one sentence, `actions` what to do next, most urgent first."""

    id: str
    title: str
    facts: Facts
    sections: tuple[Section, ...]
    headline: str
    tone: Tone = Tone.NONE
    actions: tuple[str, ...] = ()
    subtitle: str = ""
    area: str = ""  # area title when the document is about one
    department: str = ""  # when it is for one
    approvals: tuple[str, ...] = APPROVALS
    notes: tuple[str, ...] = ()
    edition: Edition = Edition.DEPARTMENT
    glyphs: Mapping[str, Glyph] = field(default_factory=dict)  # what its GLYPH columns may name

    @property
    def label(self) -> str:
        """The edition, and a warning when values of people are inside."""
        tables = [section.table for section in self.sections if section.table]
        values = any(column.kind is Kind.VALUE for table in tables for column in table.columns if len(table.frame))
        personal = values and self.edition is Edition.DEPARTMENT
        return self.edition.label + ("　取扱注意：個人情報あり" if personal else "")

    @property
    def file_name(self) -> str:
        """The stem staff look for, e.g. 疑義リスト_税務課; the vendor edition says so."""
        parts = [self.title, self.subtitle, "ベンダ版" if self.edition is Edition.VENDOR else ""]
        stem = "_".join(part for part in parts if part)
        return "".join("・" if sign in '\\/:*?"<>|' or ord(sign) < 32 else sign for sign in stem)


_TYPES: Mapping[Kind, pl.DataType] = {Kind.NUMBER: pl.Int64(), Kind.PERCENT: pl.Float64()}
_WIDTHS: Mapping[Kind, int] = {
    Kind.TEXT: 30,
    Kind.VALUE: 24,
    Kind.CODE: 16,
    Kind.NUMBER: 12,
    Kind.PERCENT: 9,
    Kind.DATE: 12,
    Kind.STATUS: 14,
    Kind.GLYPH: 9,
}
