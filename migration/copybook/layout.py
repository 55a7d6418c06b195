"""The items of a copybook → the columns of a record, each with its place in bytes.

OCCURS makes a column of every occurrence, numbered from 1. Of REDEFINES the first definition is the record's; the
others are told apart from it, for a person to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mappings.errors import Fault, MappingError
from mappings.legacy_source import LegacyColumn
from migration.copybook.items import Item, Unreadable, column_of, read_item
from migration.copybook.sentences import Sentence, sentences

FILLER = "FILLER"
_ADVICE = "登録集を直してから、もう一度読み込んでください"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a record of `length` bytes; `others`: those of REDEFINES, over columns that stand already."""

    name: str
    columns: tuple[LegacyColumn, ...]
    others: tuple[LegacyColumn, ...]
    length: int


def read_copybook(text: str, file: str, form: str = "auto") -> Layout:
    """The layout of a copybook of one record. MappingError with every fault, each with its line."""
    reading = _Reading(file)
    root = reading.tree([item for one in sentences(text, form) if (item := reading.item(one))])
    reading.raise_faults()
    length = reading.place(root, 0, _Around())
    columns = _named(reading.columns, ())
    reading.raise_faults()
    return Layout(root.name, columns, _named(reading.others, columns), length)


@dataclass(frozen=True, slots=True)
class _Around:
    """Where an item stands: numbers of the occurrences around it, whether in a REDEFINES, the usage of its group."""

    numbers: tuple[int, ...] = ()
    other: bool = False
    usage: str = "DISPLAY"


@dataclass(slots=True)
class _Reading:
    file: str
    faults: list[Fault] = field(default_factory=list)
    columns: list[LegacyColumn] = field(default_factory=list)
    others: list[LegacyColumn] = field(default_factory=list)

    def fault(self, line: int, problem: str) -> None:
        fault = Fault(self.file, f"{line}行" if line else "", problem, _ADVICE)
        if fault not in self.faults:  # once, however often the item occurs
            self.faults.append(fault)

    def raise_faults(self) -> None:
        if self.faults:
            raise MappingError(self.faults)

    def item(self, sentence: Sentence) -> Item | None:
        try:
            return read_item(sentence)
        except Unreadable as problem:
            self.fault(sentence.line, f"{' '.join(sentence.words[:2])}: {problem}")
            return None

    def tree(self, items: Sequence[Item]) -> Item:
        """All items below one: the record of level 01, or one made up when there is none."""
        top: list[Item] = []
        path: list[Item] = []
        for item in items:
            if item.level in (1, 77) and top:
                self.fault(item.line, f"2つ目のレコード {item.name} があります。レコードごとに分けてください")
                break
            while path and path[-1].level >= item.level:
                path.pop()
            (path[-1].children if path else top).append(item)
            path.append(item)
        for item in () if self.faults else items:
            self._check_group(item)
        if not items and not self.faults:
            self.fault(0, "項目がありません")
        return top[0] if len(top) == 1 else Item(0, "RECORD", 0, children=top)

    def _check_group(self, item: Item) -> None:
        if item.pic and item.children:
            self.fault(item.children[0].line, f"PIC のある項目 {item.name} の下に項目があります")
        if not item.pic and not item.children:
            self.fault(item.line, f"{item.name}: PIC がありません")
        if item.children and item.separate:
            self.fault(item.line, f"{item.name}: 集団の SIGN は扱えません")

    def place(self, item: Item, start: int, around: _Around) -> int:
        """Enter the columns of an item from byte `start`; the byte behind its last occurrence."""
        usage = item.usage or around.usage
        for number in range(1, item.times + 1):
            numbers = (*around.numbers, number) if item.times > 1 else around.numbers
            if item.children:
                start = self._children(item, start, replace(around, numbers=numbers, usage=usage))
                continue
            try:
                column = column_of(item, usage)
            except Unreadable as problem:
                self.fault(item.line, f"{item.name}: {problem}")
                return start
            name = "_".join([item.name, *map(str, numbers)])
            (self.others if around.other else self.columns).append(replace(column, name=name, start=start))
            start += column.length
        return start

    def _children(self, item: Item, start: int, around: _Around) -> int:
        places: dict[str, tuple[int, int]] = {}
        for child in item.children:
            if not child.redefines:
                end = self.place(child, start, around)
                places[child.name] = (start, end)
                start = end
            elif child.redefines not in places:
                self.fault(child.line, f"{child.name}: REDEFINES する項目 {child.redefines} が同じ集団にありません")
            else:
                first, last = places[child.redefines]
                end = self.place(child, first, replace(around, other=True))
                places[child.name] = (first, end)
                if end > last:
                    self.fault(child.line, f"{child.name}: REDEFINES する項目 {child.redefines} より長くなっています")
        return start


def _named(columns: Sequence[LegacyColumn], taken: Sequence[LegacyColumn]) -> tuple[LegacyColumn, ...]:
    """Names told apart: FILLER and repeated names get the first free number."""
    used = {column.name for column in taken}
    found = []
    for column in columns:
        name, number = column.name, 1
        while name in used or name == FILLER:
            number += name != FILLER
            name = f"{column.name}_{number}"
        used.add(name)
        found.append(replace(column, name=name))
    return tuple(found)
