"""What a layout itself demands of its rows: LAY-01 … LAY-06, generated from the items, and what each demands.

The conditions are written over the primitives of `validators.meaning`, so Polars and SQL apply the same ones.
Categories are those of the standard: E0001 必須, E0002 文字, E0003 桁, E0004 相関.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mappings.layout import CodeList, Group, Item, ItemType, Requirement
from validators import dates
from validators.meaning import Engine, Native

HALF_WIDTH = ((" ", "~"),)
# what an N item never holds: controls and ASCII, half-width katakana, private use, lost and invisible characters
NOT_FULL_WIDTH = (
    ("\x01", "\x9f"),
    ("\u2028", "\u2029"),
    ("\ue000", "\uf8ff"),
    ("\ufeff", "\ufeff"),
    ("｡", "ﾟ"),
    ("\ufff9", "\uffff"),
    ("\U000f0000", "\U0010ffff"),
)


class LayoutKind(StrEnum):
    REQUIRED = "LAY-01"
    TYPE = "LAY-02"
    LENGTH = "LAY-03"
    CODE = "LAY-04"
    KEY = "LAY-05"
    REFERENCE = "LAY-06"


@dataclass(frozen=True, slots=True)
class LayoutRule:
    """One demand on one item; `item` '' = on the key as a whole (LAY-05: no two rows alike)."""

    kind: LayoutKind
    item: str
    message: str
    choices: tuple[str, ...] = ()  # LAY-04
    target: tuple[str, str, str] = ("", "", "")  # LAY-06: area, group, item

    @property
    def id(self) -> str:
        return self.kind.value


def layout_rules(group: Group, code_lists: Mapping[str, CodeList]) -> list[LayoutRule]:
    """Every rule the layout states, in item order; 条件付き必須 needs a business rule and gives none."""
    rules = [rule for item in group.items for rule in _item_rules(group, item, code_lists)]
    if group.key:
        text = f"[E0004 相関] 主キー（{'・'.join(group.key)}）が同じ行が2行以上あります。残す行を決めてください。"
        rules.append(LayoutRule(LayoutKind.KEY, "", text))
    return rules


def type_holds(item: Item, text: Native, engine: Engine) -> Native:
    """LAY-02 on the text of an item; NULL for NULL."""
    return _TYPES[item.type](item, text, engine)


def length_holds(item: Item, text: Native, engine: Engine) -> Native:
    """LAY-03. A text that is no number at all is left to LAY-02."""
    if item.type is ItemType.DECIMAL:
        limited = f"[0-9]{{1,{item.length}}}" + (f"([.][0-9]{{1,{item.scale}}})?" if item.scale else "")
        return engine.matches(text, limited) | ~_decimal(item, text, engine)
    if item.type is ItemType.SIGNED:
        digits = engine.choose(
            engine.substring(text, engine.number(1), engine.number(1)) == engine.text("-"),
            engine.characters(text) - engine.number(1),
            engine.characters(text),
        )
        return digits <= item.length
    short = engine.characters(text) <= item.length
    return engine.choose(short, engine.truth(True), engine.visible_characters(text) <= item.length)


def _item_rules(group: Group, item: Item, code_lists: Mapping[str, CodeList]) -> list[LayoutRule]:
    rules = []
    name = f"「{item.name}」"
    if item.primary_key:
        text = f"[E0001 必須] 主キーの{name}が空です。行を区別できません。元データを確かめてください。"
        rules.append(LayoutRule(LayoutKind.KEY, item.name, text))
    elif item.requirement is Requirement.REQUIRED:
        text = f"[E0001 必須] {name}が空です。必ず値が要る項目です。"
        rules.append(LayoutRule(LayoutKind.REQUIRED, item.name, text))
    if item.type is ItemType.BLOB:
        return rules
    rules.append(LayoutRule(LayoutKind.TYPE, item.name, f"[E0002 文字] {name}{_type_text(item)}"))
    if item.length and item.type not in (ItemType.DATE, ItemType.TIME, ItemType.YEAR):
        rules.append(LayoutRule(LayoutKind.LENGTH, item.name, f"[E0003 桁] {name}{_length_text(item)}"))
    codes = code_lists.get(item.code)
    if codes is not None and not codes.free:
        text = f"[E0004 相関] {name}の値がコード一覧「{codes.name}」（{codes.id}）にありません。"
        rules.append(LayoutRule(LayoutKind.CODE, item.name, text, choices=tuple(codes.values)))
    if target := referred_item(group, item):
        text = f"[E0004 相関] {name}の値が参照先（{'.'.join(target)}）にありません。"
        rules.append(LayoutRule(LayoutKind.REFERENCE, item.name, text, target=target))
    return rules


def referred_item(group: Group, item: Item) -> tuple[str, str, str] | None:
    """Area, group and item of a stated foreign key; an official ○ does not say where it points."""
    parts = item.foreign_key.split(".")
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    return (group.area, parts[0], parts[1]) if len(parts) == 2 else None


def _half_width(_: Item, text: Native, engine: Engine) -> Native:
    return engine.consists_of(text, HALF_WIDTH)


def _full_width(item: Item, text: Native, engine: Engine) -> Native:
    return ~engine.has_any(text, _refused(item)) & (text != engine.text(""))


def _refused(item: Item) -> tuple[tuple[str, str], ...]:
    """NOT_FULL_WIDTH without the ranges the item allows, which lie in its last range, in order."""
    *others, (first, last) = NOT_FULL_WIDTH
    found = list(others)
    for start, end in item.allowed:
        if first < start:
            found.append((first, chr(ord(start) - 1)))
        first = chr(ord(end) + 1)
    return (*found, (first, last))


def _digits(_: Item, text: Native, engine: Engine) -> Native:
    return engine.consists_of(text, (("0", "9"),))


def _signed(item: Item, text: Native, engine: Engine) -> Native:
    rest = engine.substring(text, engine.number(2), engine.characters(text))
    negative = engine.substring(text, engine.number(1), engine.number(1)) == engine.text("-")
    return engine.choose(negative, _digits(item, rest, engine), _digits(item, text, engine))


def _decimal(_: Item, text: Native, engine: Engine) -> Native:
    return engine.matches(text, "[0-9]+([.][0-9]+)?")


def _year(_: Item, text: Native, engine: Engine) -> Native:
    return engine.matches(text, "[0-9]{4}")


def _date(item: Item, text: Native, engine: Engine) -> Native:
    allowed = dates.real_date(text, engine) | (text == engine.text("0000-01-01"))
    if item.noncalendar:
        allowed = allowed | dates.written_date(text, engine)
    if item.unknown_date:
        allowed = allowed | dates.unknown_date(text, engine)
    return engine.choose(dates.early_day(text, engine), engine.truth(True), allowed)


def _time(_: Item, text: Native, engine: Engine) -> Native:
    minutes = [f"{hour}:[0-5][0-9]" for hour in ("[01][0-9]", "2[0-3]")]
    return engine.matches(text, "|".join([*minutes, *(f"{minute}:[0-5][0-9]" for minute in minutes)]))


def _always(_: Item, text: Native, engine: Engine) -> Native:
    return engine.truth(True)


_TYPES: dict[ItemType, Callable[[Item, Native, Engine], Native]] = {
    ItemType.X: _half_width,
    ItemType.N: _full_width,
    ItemType.INTEGER: _digits,
    ItemType.DECIMAL: _decimal,
    ItemType.SIGNED: _signed,
    ItemType.BLOB: _always,
    ItemType.YEAR: _year,
    ItemType.DATE: _date,
    ItemType.TIME: _time,
}

_TYPE_TEXTS = {
    ItemType.X: "に半角の英数字・記号以外の文字（全角文字、改行など）があります。",
    ItemType.N: "に半角文字・改行などの制御文字・未同定の外字のどれかがあります。",
    ItemType.INTEGER: "が0以上の整数（半角数字）ではありません。",
    ItemType.DECIMAL: "が正の数（半角数字と小数点）ではありません。",
    ItemType.SIGNED: "が整数（半角数字、負のときは先頭に -）ではありません。",
    ItemType.YEAR: "が西暦4桁（半角数字）ではありません。",
    ItemType.TIME: "が時刻（HH:MM または HH:MM:SS、24時間）ではありません。",
}


def _type_text(item: Item) -> str:
    if item.type is not ItemType.DATE:
        return _TYPE_TEXTS[item.type]
    if item.unknown_date:
        return "が日付（YYYY-MM-DD）でも、認められた不詳日の書き方でもありません。"
    return "が暦にある日付（YYYY-MM-DD）ではありません。"


def _length_text(item: Item) -> str:
    if item.type is ItemType.DECIMAL:
        return f"の桁数が多すぎます（整数部{item.length}桁、小数部{item.scale}桁まで）。"
    unit = "文字" if item.type in (ItemType.X, ItemType.N) else "桁"
    return f"が{item.length}{unit}を超えています。"
