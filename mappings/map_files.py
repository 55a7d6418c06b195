"""A vendor's column maps, code maps, ignored columns and gaiji table (CSV)."""

from __future__ import annotations

import re
from pathlib import Path

from mappings.definition_files import Reading, Row
from mappings.errors import shown_path
from mappings.layout_files import code_id
from mappings.legacy_source import CodeEntry, CodeMap, ColumnMap, Gaiji, GaijiEntry, Ignored, Transform


def read_column_maps(reading: Reading, path: Path) -> tuple[ColumnMap, ...]:
    """<group>.csv: one line per standard item."""
    maps: list[ColumnMap] = []
    lines: dict[str, int] = {}
    for row in reading.table(path, ("item", "from"), ("transform", "codes", "default", "note")).rows:
        one = _column_map(row)
        if not one.item:
            row.fault("item", "標準の項目名がありません")
        elif one.item in lines:
            problem = f"項目「{one.item}」が{lines[one.item]}行にもあります"
            row.fault("item", problem, "1項目1行にしてください")
        else:
            lines[one.item] = row.line
            maps.append(one)
    return tuple(maps)


def read_code_map(reading: Reading, path: Path) -> CodeMap:
    """codes/<name>.csv; a first line `# list=013` names the target code list."""
    table = reading.table(path, ("legacy", "standard", "meaning", "confirmed"), ("reviewer", "note"))
    entries: dict[str, CodeEntry] = {}
    for row in table.rows:
        legacy = row.text("legacy")
        if not legacy:
            row.fault("legacy", "現行コードが空です", "空の値の既定値は項目対応の default に書いてください")
        elif legacy in entries:
            row.fault("legacy", f"現行コード「{legacy}」が2回あります", "1つにしてください")
        else:
            entries[legacy] = CodeEntry(
                legacy=legacy,
                standard=row.word("standard"),
                meaning=row.word("meaning"),
                confirmed=row.mark("confirmed"),
                reviewer=row.word("reviewer"),
                note=row.word("note"),
            )
    lists = [comment.partition("=")[2].strip() for comment in table.comments if comment.startswith("list=")]
    return CodeMap(path.stem, code_id(lists[0]) if lists else "", entries, shown_path(path))


def read_ignored(reading: Reading, path: Path) -> tuple[Ignored, ...]:
    """ignored.csv; a line without a reason is a fault: what is left behind is left behind on purpose."""
    found = []
    for row in reading.table(path, ("table", "column", "reason")).rows:
        one = Ignored(row.word("table"), row.word("column"), row.word("reason"))
        if not one.reason:
            problem = f"「{one.table}」の「{one.column}」を移行しない理由がありません"
            row.fault("reason", problem, "理由を書いてください")
        found.append(one)
    return tuple(found)


def read_gaiji(reading: Reading, path: Path) -> Gaiji:
    """gaiji.csv; only confirmed characters are carried over, the others stay findings."""
    characters: dict[str, str] = {}
    entries: dict[str, GaijiEntry] = {}
    others = ("mj", "juki", "koseki", "touki", "bitmap", "reviewer", "note")
    for row in reading.table(path, ("code", "text", "confirmed"), others).rows:
        character = _private_character(row.word("code"))
        if character is None:
            advice = "私用領域の文字を U+E000 の形で書いてください"
            row.fault("code", f"「{row.word('code')}」は外字の番号ではありません", advice)
            continue
        if character in entries:
            row.fault("code", f"「{row.word('code')}」が2回あります", "1つにしてください")
        words = {name: row.word(name) for name in others}
        entry = GaijiEntry(character, row.text("text"), confirmed=row.mark("confirmed"), **words)
        entries.setdefault(character, entry)
        if entry.confirmed:
            if not _identified(entry) or (entry.text and _is_private(entry.text[0])):
                row.fault(
                    "text",
                    "確認済みなのに同定した文字がありません",
                    "文字を書くか、確認の○を消してください",
                )
            elif entry.text:
                characters.setdefault(character, entry.text)
    return Gaiji(characters, shown_path(path), tuple(entries.values()))


def _identified(entry: GaijiEntry) -> bool:
    return any((entry.text, entry.mj, entry.juki, entry.koseki, entry.touki))


def _column_map(row: Row) -> ColumnMap:
    text = row.word("from")
    signs = [sign for sign in ("|", "+") if sign in text]
    if len(signs) > 1:
        advice = "合流は A|B、結合は A+B のどちらか一方で書いてください"
        row.fault("from", f"「{text}」は | と + が混ざっています", advice)
    sources = [source.strip() for source in (text.split(signs[0]) if signs else [text])]
    if signs and not all(sources):
        row.fault("from", f"「{text}」に列の名前が足りません", "| や + の前後に列を書いてください")
    return ColumnMap(
        item=row.word("item"),
        sources=tuple(source for source in sources if source),
        combine={"|": "first", "+": "join"}[signs[0]] if signs else "",
        transforms=tuple(_transform(word) for word in row.word("transform").split()),
        codes=row.word("codes"),
        default=row.text("default"),
        note=row.word("note"),
        line=row.line,
    )


def _transform(word: str) -> Transform:
    name, _, argument = word.partition(":")
    return Transform(name, argument)


def _private_character(code: str) -> str | None:
    found = re.fullmatch(r"(?:U\+)?([0-9A-Fa-f]{4,6})", code)
    if found is None or int(found[1], 16) > 0x10FFFF:
        return None
    character = chr(int(found[1], 16))
    return character if _is_private(character) or 0xF0000 <= ord(character) < 0x10FF00 else None


def _is_private(character: str) -> bool:
    return 0xE000 <= ord(character) <= 0xF8FF
