"""What differs between two versions of an area's layout, and which maps and rules it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mappings.area import Area
from mappings.layout import CodeList, Group, Item
from mappings.rule import Rule
from mappings.trees import names

ATTRIBUTES = {
    "name": "データ項目",
    "romaji": "データ項目（ローマ字）",
    "type": "データ型",
    "length": "桁数",
    "scale": "小数部の桁数",
    "code": "コード",
    "repeat": "繰り返し",
    "requirement": "データ出力条件",
    "primary_key": "主キー",
    "foreign_key": "外部キー",
    "mandatory": "実装類型",
    "unknown_date": "不詳日",
    "noncalendar": "暦外日",
    "definition": "項目定義",
    "description": "項目説明",
    "id": "データ項目ID",
}


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One difference of one item. `kind`: 追加 | 削除 | 名称変更 | 変更; `attribute` only for the last two."""

    group: str
    item: str  # the old name, except for 追加
    kind: str
    attribute: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class LayoutDiff:
    """Old against new: groups by id, items, values of code lists."""

    added_groups: tuple[str, ...]
    removed_groups: tuple[str, ...]
    items: tuple[ItemChange, ...]
    codes: tuple[ItemChange, ...] = ()  # group = コードID, item = コード値

    @property
    def empty(self) -> bool:
        return not (self.added_groups or self.removed_groups or self.items or self.codes)


@dataclass(frozen=True, slots=True)
class Touched:
    """One line of a map, rule, total or code map that a difference concerns, and how."""

    file: str
    place: str
    what: str
    effect: str


def diff_layouts(old: Mapping[str, Group], new: Mapping[str, Group]) -> LayoutDiff:
    """Differences of groups and items. An item is the same by データ項目ID, else by name, else by romaji."""
    changes: list[ItemChange] = []
    for group_id in old.keys() & new.keys():
        changes += _item_changes(old[group_id], new[group_id])
    return LayoutDiff(
        added_groups=tuple(sorted(new.keys() - old.keys())),
        removed_groups=tuple(sorted(old.keys() - new.keys())),
        items=tuple(sorted(changes, key=lambda one: one.group)),
    )


def diff_codes(old: Mapping[str, CodeList], new: Mapping[str, CodeList]) -> tuple[ItemChange, ...]:
    """Values added to, removed from or renamed in code lists."""
    changes = []
    for list_id in sorted(old.keys() | new.keys()):
        before = old[list_id].values if list_id in old else {}
        after = new[list_id].values if list_id in new else {}
        for value in dict.fromkeys([*before, *after]):
            if value not in after:
                changes.append(ItemChange(list_id, value, "削除", before=before[value]))
            elif value not in before:
                changes.append(ItemChange(list_id, value, "追加", after=after[value]))
            elif before[value] != after[value]:
                changes.append(ItemChange(list_id, value, "変更", "コード値の内容", before[value], after[value]))
    return tuple(changes)


def touched(diff: LayoutDiff, area: Area, others: Iterable[Area] = ()) -> list[Touched]:
    """Every map line, rule, total and code map that must be looked at; `others`: areas whose rules may look here.

    Maps and rules name items, never their numbers: a new データ項目ID asks nothing of them.
    """
    found: list[Touched] = []
    rules = [rule for one in (area, *others) for rule in one.rules]
    for group in diff.removed_groups:
        found += _touched_group(area, group, rules)
    for change in (one for one in diff.items if one.attribute != ATTRIBUTES["id"]):
        found += _touched_maps(area, change)
        if change.kind in ("削除", "名称変更") or change.attribute in ("データ型", "コード", "桁数"):
            found += _touched_rules(area, change, rules)
    for change in diff.codes:
        found += _touched_codes(area, change)
    return list(dict.fromkeys(found))


def _item_changes(old: Group, new: Group) -> Iterator[ItemChange]:
    pairs = _same_items(old.items, new.items)
    matched = {item.name for _, item in pairs}
    for item in old.items:
        if item.name not in {before.name for before, _ in pairs}:
            yield ItemChange(old.id, item.name, "削除")
    for before, after in pairs:
        for attribute, title in ATTRIBUTES.items():
            was, becomes = _shown(getattr(before, attribute)), _shown(getattr(after, attribute))
            if was != becomes:
                kind = "名称変更" if attribute == "name" else "変更"
                yield ItemChange(old.id, before.name, kind, title, was, becomes)
    for item in new.items:
        if item.name not in matched:
            yield ItemChange(
                old.id, item.name, "追加", after=f"{item.type.value} {item.length} {item.requirement.value}"
            )


def _same_items(old: tuple[Item, ...], new: tuple[Item, ...]) -> list[tuple[Item, Item]]:
    """Pairs of items that are the same one, each used once."""
    free_old, free_new = list(old), list(new)
    pairs = []
    for attribute in ("id", "name", "romaji"):
        known = {getattr(item, attribute): item for item in free_new if getattr(item, attribute)}
        for item in tuple(free_old):
            other = known.get(getattr(item, attribute))
            if other is not None and other in free_new:
                pairs.append((item, other))
                free_old.remove(item)
                free_new.remove(other)
    return sorted(pairs, key=lambda pair: old.index(pair[0]))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "○" if value else ""
    return "" if value in (0, None) else str(value)


def _effect(change: ItemChange) -> str:
    match change.kind:
        case "削除":
            return "項目がなくなります。行き先を決め直すか、移行しない理由を ignored.csv に書いてください"
        case "名称変更":
            return f"項目名が「{change.after}」に変わります。名前を書き換えてください"
        case "追加":
            return "項目が増えます。行を足し、元の列を書くか、空にする理由を note に書いてください"
    changed = f"{change.attribute}が「{change.before}」から「{change.after}」に変わります"
    return f"{changed}。このままでよいか確かめてください"


def _touched_group(area: Area, group: str, rules: Iterable[Rule]) -> Iterator[Touched]:
    effect = "グループがなくなります。移す先を決め直してください"
    for source in area.sources.values():
        if group in source.groups:
            yield Touched(source.groups[group].file, "", f"{source.vendor} {group}", effect)
    for rule in rules:
        if (area.id, group) in [(rule.area, rule.table), *((one.area, one.table) for one in rule.lookups)]:
            yield Touched(rule.file, f"[[rule]] {rule.id}", rule.title, effect)
    for total in area.totals:
        if total.table == group:
            yield Touched(f"{area.id}/rules.toml", f"[[total]] {total.id}", total.title, effect)


def _touched_maps(area: Area, change: ItemChange) -> Iterator[Touched]:
    for source in area.sources.values():
        group = source.groups.get(change.group)
        if group is None:
            continue
        line = next((one.line for one in group.columns if one.item == change.item), 0)
        if line or change.kind == "追加":
            yield Touched(group.file, f"{line}行" if line else "", change.item, _effect(change))


def _touched_rules(area: Area, change: ItemChange, rules: Iterable[Rule]) -> Iterator[Touched]:
    for rule in rules:
        if change.item in _items_of(rule, area.id, change.group):
            yield Touched(rule.file, f"[[rule]] {rule.id}", rule.title, _effect(change))
    for total in area.totals:
        trees = [total.value, *([total.where] if total.where else [])]
        used = {name.name for tree in trees for name in names(tree)} | set(total.by)
        if total.table == change.group and change.item in used:
            yield Touched(f"{area.id}/rules.toml", f"[[total]] {total.id}", total.title, _effect(change))


def _items_of(rule: Rule, area: str, group: str) -> set[str]:
    """Items of one group that the rule names, in its own row or through look-ups."""
    looked = [lookup for lookup in rule.lookups if (lookup.area, lookup.table) == (area, group)]
    own = (rule.area, rule.table) == (area, group)
    meant = {lookup.alias for lookup in looked} | ({""} if own else set())
    trees = [tree for tree in (rule.check, rule.where) if tree is not None]
    used = {name.name for tree in trees for name in names(tree) if name.alias in meant}
    for lookup in looked:
        used |= {there for _, there in lookup.on}
        used |= {name.name for name in names(lookup.where)} if lookup.where else set()
    if own:
        used |= {rule.item, *rule.by, *rule.order, *(here for lookup in rule.lookups for here, _ in lookup.on)}
    return used


def _touched_codes(area: Area, change: ItemChange) -> Iterator[Touched]:
    if change.kind == "追加":
        return
    for source in area.sources.values():
        for codes in source.codes.values():
            if codes.code_list != change.group:
                continue
            for entry in codes.entries.values():
                if entry.standard == change.item:
                    changed = f"コード {change.group} の値「{change.item}」が{change.kind}になります"
                    yield Touched(codes.file, entry.legacy, entry.meaning, f"{changed}。変換先を確かめてください")
