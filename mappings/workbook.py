"""The Digital Agency's workbook (項目定義書／基本データリスト and コード一覧) → groups and code lists.

Sheets are known by their heading texts, never by sheet name. Headings stand in two rows with merged cells; ids are
split over two cells; `e` ends rows. Every fault at once, with sheet and cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mappings.definition_files import Reading, Row
from mappings.errors import MappingError
from mappings.layout import CodeList, Item, Status
from mappings.layout_files import (
    DATED,
    HEADINGS,
    NEEDED,
    OFFICIAL_CODE_HEADINGS,
    OFFICIAL_HEADINGS,
    check_unique,
    half_width,
    read_code_rows,
    read_item,
)
from mappings.sheets import Cells, open_book

_END = "e"
_HEADING_ROWS = 40  # headings stand near the top; a sheet without them there is no layout
_LAYOUT_SIGNS = frozenset({"データ項目ID", "データ項目", "データ型"})
_CODE_SIGNS = frozenset({"コード名", "コード値", "コード値の内容"})
_ABOVE = ("グループ", "クラス分類")  # headings with a second row below them
_PAIRS = ("_不詳表記", "_不詳フラグ")


@dataclass(frozen=True, slots=True)
class Workbook:
    """What an official workbook says. Group ids are not in it: `groups` are in sheet order, by グループ名称."""

    groups: Mapping[str, tuple[Item, ...]]  # グループ名称 → items
    code_lists: Mapping[str, CodeList]
    notes: tuple[str, ...] = ()  # what was not read or not found, for the person to see

    @property
    def business_ids(self) -> tuple[str, ...]:
        return tuple(sorted({item.id[:3] for items in self.groups.values() for item in items}))


def read_workbook(path: Path) -> Workbook:
    """Groups, items and codes of an official workbook; raises MappingError with every fault."""
    reading = Reading((path.parent,))
    book = open_book(reading, path)
    layouts: list[Row] = []
    codes: list[Row] = []
    notes: list[str] = []
    for sheet in book.worksheets if book else ():
        cells = Cells(sheet)
        found = _headings(cells)
        if found is None:
            notes.append(f"シート「{sheet.title}」は項目の表でもコードの表でもないため読んでいません")
            continue
        columns, first, is_layout = found
        needed = ("データ項目ID", *NEEDED) if is_layout else OFFICIAL_CODE_HEADINGS[:4]
        known = OFFICIAL_HEADINGS if is_layout else OFFICIAL_CODE_HEADINGS
        _check_columns(reading, path, cells, columns, needed)
        notes += [f"シート「{sheet.title}」の列「{name}」は読んでいません" for name in columns if name not in known]
        (layouts if is_layout else codes).extend(_rows(reading, path, cells, columns, first))
    if book and not layouts:
        problem = "見出し「データ項目ID」「データ項目」「データ型」が並ぶシートがありません"
        reading.fault(path, "", problem, "項目定義書か基本データリストのブックを指定してください")
    groups = _groups(layouts)
    lists = read_code_rows(codes)
    if reading.faults:
        raise MappingError(list(dict.fromkeys(reading.faults)))
    return Workbook(groups, lists, (*notes, *_missing_codes(groups, lists)))


def _headings(cells: Cells) -> tuple[dict[str, tuple[int, ...]], int, bool] | None:
    """Heading → columns, the first row of data, and whether the sheet is a layout; None for other sheets."""
    for row in range(1, min(cells.rows, _HEADING_ROWS) + 1):
        texts = {_plain(cells.text(row, column)) for column in range(1, cells.columns + 1)}
        if len(texts & _LAYOUT_SIGNS) >= 2 or _is_codes(texts):
            return *_columns(cells, row), not _is_codes(texts)
    return None


def _is_codes(texts: set[str]) -> bool:
    return "コードID" in texts and bool(texts & _CODE_SIGNS)


def _columns(cells: Cells, row: int) -> tuple[dict[str, tuple[int, ...]], int]:
    columns: dict[str, list[int]] = {}
    above, last = "", row
    for column in range(1, cells.columns + 1):
        text = _plain(cells.text(row, column))
        below = _plain(cells.text(row + 1, column)) if cells.last_row(row, column) == row else ""
        above = text or above
        if above in _ABOVE and below:
            columns.setdefault(f"{above}_{below}", []).append(column)
            last = row + 1
        elif text and text != _END:
            columns.setdefault(text, []).append(column)
            last = max(last, cells.last_row(row, column))
    return {heading: tuple(where) for heading, where in columns.items()}, last + 1


def _check_columns(
    reading: Reading, path: Path, cells: Cells, columns: Mapping[str, tuple[int, ...]], needed: tuple[str, ...]
) -> None:
    for heading in needed:
        if heading not in columns:
            problem = f"見出し「{heading}」の列がありません"
            reading.fault(
                path, f"シート「{cells.title}」", problem, "公式のブックの列を消したり名前を変えたりしないでください"
            )


def _rows(
    reading: Reading, path: Path, cells: Cells, columns: Mapping[str, tuple[int, ...]], first: int
) -> Iterator[Row]:
    for number in range(first, cells.rows + 1):
        parts = {h: [cells.text(number, column) for column in where] for h, where in columns.items()}
        texts = {heading: "".join(values) for heading, values in parts.items()}
        if _END in (cells.text(number, 1).strip(), texts.get("データ項目", "").strip()):
            return
        if any(text.strip() for text in texts.values()):
            places = {heading: f"{cells.place(number, where[0])} {heading}" for heading, where in columns.items()}
            if "データ項目ID" in parts:
                texts["データ項目ID"] = _item_id(parts["データ項目ID"])
            places[""] = f"シート「{cells.title}」 {number}行"
            texts |= {"状態": Status.OFFICIAL.value, "出典": path.name}
            yield Row(reading, path, number, texts, places)


def _item_id(parts: list[str]) -> str:
    texts = [half_width(part.strip()) for part in parts]
    widths = (3, 5) if len([text for text in texts if text]) == 2 else (8,) * len(texts)
    return "".join(text.zfill(width) for text, width in zip(texts, widths, strict=False) if text)


def _groups(rows: list[Row]) -> dict[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = {}
    members: dict[str, list[Row]] = {}
    ids: dict[str, str] = {}
    for row in rows:
        group = row.word("グループ_名称")
        if not group:
            row.fault("グループ_名称", "グループの名称がありません", "公式のブックと見比べてください")
        number = row.word("データ項目ID")
        if number in ids:
            row.fault("データ項目ID", f"「{number}」が{ids[number]}にもあります", "公式のブックと見比べてください")
        elif number:
            ids[number] = row.places.get("データ項目ID", "")
        item = read_item(_official(row))
        members.setdefault(group, []).append(row)
        if item is not None:
            found.setdefault(group, []).append(item)
    for group_rows in members.values():
        check_unique(group_rows, ("データ項目", "データ項目（ローマ字）"))
    return {name: _with_unknown_dates(items) for name, items in found.items()}


def _official(row: Row) -> Row:
    """The row with 不詳日 told from its texts; a heading without a cell of its own is placed at the row."""
    said = row.text("項目説明") + row.text("備考")
    allowed = "不詳日" in said and not re.search("不詳日[^。\n]{0,10}許容(しない|しません|不可)", said)
    dated = half_width(row.word("データ型")).upper() in [kind.value for kind in DATED]
    lost = {heading: row.places[""] for heading in HEADINGS if heading not in row.places}
    unknown = {"不詳日": "○" if allowed and dated else ""}
    return replace(row, cells={**row.cells, **unknown}, places={**row.places, **lost})


def _with_unknown_dates(items: list[Item]) -> tuple[Item, ...]:
    """X beside X_不詳表記 means that unknown dates occur in X."""
    paired = {item.name.removesuffix(end) for item in items for end in _PAIRS if item.name.endswith(end)}
    return tuple(
        replace(item, unknown_date=True) if item.name in paired and item.type in DATED else item for item in items
    )


def _missing_codes(groups: Mapping[str, tuple[Item, ...]], lists: Mapping[str, CodeList]) -> list[str]:
    """Code lists that items name and the workbook does not hold: they may be in another workbook."""
    found = []
    for name, items in groups.items():
        for item in items:
            if item.code and item.code not in lists:
                found.append(f"{name}の「{item.name}」のコード一覧 {item.code} がこのブックにありません")
    return found


def _plain(heading: str) -> str:
    """A heading without line breaks and spaces, with one kind of brackets and letters."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", heading)).upper()
    return text.replace("(", "（").replace(")", "）") if text != _END.upper() else _END
