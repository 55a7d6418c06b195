"""Typed access to one table of a TOML file: wrong types, missing, unknown and empty keys become faults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mappings.definition_files import Reading
from mappings.errors import did_you_mean
from mappings.expression import Expression
from mappings.parsing import ExpressionError, parse


@dataclass(slots=True)
class Fields:
    """The keys of one TOML table. Ask for every key that may be there, then call `close`."""

    reading: Reading
    file: Path
    place: str  # "[tables.juki]"
    values: Mapping[str, Any]
    asked: set[str] = field(default_factory=set)

    def fault(self, key: str, problem: str, advice: str = "") -> None:
        self.reading.fault(self.file, f"{self.place} {key}".strip(), problem, advice)

    def text(self, key: str, default: str | None = None, known: Collection[str] = ()) -> str:
        """A text; without default it must be there; with `known` it must be one of those."""
        value = self._get(key, str, "文字（' か \" で囲む）", default)
        if known and value and value not in known:
            self.fault(key, f"「{value}」は使えません", did_you_mean(value, known))
        return str(value)

    def integer(self, key: str, default: int | None = None) -> int:
        value = self._get(key, int, "整数（引用符なし）", default)
        if isinstance(value, bool) or value < 0:
            self.fault(key, f"「{value}」は0以上の整数ではありません", "引用符なしの数字で書いてください")
            return default or 0
        return int(value)

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._get(key, bool, "true か false（引用符なし）", default))

    def texts(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        """A list of texts."""
        values = self._get(key, list, '文字の並び ["…", "…"]', None if default is None else list(default))
        return tuple(value for value in values if self._is(key, value, str, "文字"))

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """A list of pairs of texts: [["here", "there"], …]; must be there."""
        values = self._get(key, list, '組の並び [["こちら", "あちら"]]', None)
        good = [value for value in values if isinstance(value, list) and [type(v) for v in value] == [str, str]]
        if len(good) != len(values):
            self.fault(key, "組の並びではありません", '[["こちらの項目", "あちらの項目"]] と書いてください')
        return tuple((here, there) for here, there in good)

    def condition(self, key: str, needed: bool = False) -> Expression | None:
        """A condition in the language of mappings.expression."""
        text = self.text(key, None if needed else "")
        if not text:
            return None
        try:
            return parse(text)
        except ExpressionError as error:
            self.fault(key, f"条件式「{text}」の{error.position}文字目: {error.problem}", error.advice)
            return None

    def table(self, key: str) -> Fields:
        """The table below a key; empty when absent."""
        return Fields(self.reading, self.file, f"{self.place} {key}".strip(), self._get(key, dict, "表", {}))

    def named_tables(self, key: str) -> dict[str, Fields]:
        """[key.name] tables by name."""
        values = self._get(key, dict, f"[{key}.名前] の表", {})
        return {
            name: Fields(self.reading, self.file, f"[{key}.{name}]", value)
            for name, value in values.items()
            if self._is(key, value, dict, f"[{key}.{name}] の表")
        }

    def tables(self, key: str) -> list[Fields]:
        """[[key]] tables in order; a table is called by its id or alias, else by its number."""
        found = []
        for number, value in enumerate(self._get(key, list, f"[[{key}]] の表", []), start=1):
            if self._is(key, value, dict, f"[[{key}]] の表"):
                called = value.get("id") or value.get("alias") or f"{number}番目"
                found.append(Fields(self.reading, self.file, f"{self.place} [[{key}]] {called}".strip(), value))
        return found

    def close(self) -> None:
        """Keys nobody asked for are faults: a misspelt key would otherwise be lost silently."""
        for key in self.values:
            if key not in self.asked:
                self.fault(key, "この項目は使えません", did_you_mean(key, self.asked))

    def _get(self, key: str, kind: type, wanted: str, default: Any) -> Any:
        self.asked.add(key)
        if key not in self.values:
            if default is None:
                self.fault(key, "書かれていません", f"{key} = … を書き足してください")
                return kind()
            return default
        value = self.values[key]
        if self._is(key, value, kind, wanted):
            return value
        return kind() if default is None else default

    def _is(self, key: str, value: Any, kind: type, wanted: str) -> bool:
        if isinstance(value, kind):
            return True
        self.fault(key, "値の種類が違います", f"{wanted}で書いてください")
        return False
