"""Areas from their folders: the readers put together. Faults of all areas are raised at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mappings.area import Area, RoleScope
from mappings.definition_files import Reading, Row
from mappings.errors import Fault, MappingError, did_you_mean
from mappings.fields import Fields
from mappings.layout import CodeList, Group
from mappings.layout_files import in_load_order, read_codes, read_group
from mappings.legacy_source import Source
from mappings.roles import SCOPED
from mappings.rule import Rule, Total
from mappings.rule_files import read_rules
from mappings.source_files import read_source

SHARED = "shared"
_VERSIONED = "standard@"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated parameter of rules: valid from `start` to `end` (YYYY-MM-DD, both included; '' = open)."""

    name: str
    start: str
    end: str
    value: str
    basis: str


def shipped_folder() -> Path:
    """The folder of the definitions that come with ikou."""
    return Path(__file__).parent


def area_ids(folders: Sequence[Path]) -> list[str]:
    """Ids of the areas that have an area.toml in any of the folders, in id order."""
    reading = Reading(tuple(folders))
    return [name for name in reading.folders(".") if name != SHARED and reading.find(f"{name}/area.toml")]


def business_areas(folders: Sequence[Path]) -> dict[str, str]:
    """業務ID → area, read from every area.toml; faulty files are left to `load_areas`."""
    reading = Reading(tuple(folders))
    found: dict[str, str] = {}
    for name in area_ids(folders):
        path = reading.find(f"{name}/area.toml")
        ids = ((reading.toml(path) if path else None) or {}).get("business_ids", [])
        found |= {str(one): name for one in ids} if isinstance(ids, list) else {}
    return found


def imported_versions(area: str, folders: Sequence[Path]) -> list[str]:
    """Versions of an area's layout that were imported from official workbooks."""
    names = Reading(tuple(folders)).folders(area)
    return [name.removeprefix(_VERSIONED) for name in names if name.startswith(_VERSIONED)]


def load_area(area: str, folders: Sequence[Path], version: str = "") -> Area:
    """One area; `folders` are the shipped one first, then overriding ones. Raises MappingError."""
    return load_areas(folders, [area], {area: version} if version else {})[area]


def load_areas(
    folders: Sequence[Path],
    ids: Sequence[str] | None = None,
    versions: Mapping[str, str] | None = None,
    vendors: Mapping[str, str] | None = None,
) -> dict[str, Area]:
    """Areas by id in `Area.order`; all when `ids` is None. Raises MappingError with the faults of all of them.

    `vendors`: area → the only vendor to read, when it is there; without it every vendor of an area is read.
    """
    faults = []
    areas: dict[str, Area] = {}
    known = area_ids(folders)
    for name in known if ids is None else dict.fromkeys(ids):
        reading = Reading(tuple(folders))
        chosen = (versions or {}).get(name, ""), (vendors or {}).get(name, "")
        area = _read_area(reading, name, known, *chosen)
        faults += reading.faults
        if area is not None:
            areas[name] = area
    if ids is None:
        faults += _nameless(folders, known)
    if faults:
        raise MappingError(list(dict.fromkeys(faults)))
    return dict(sorted(areas.items(), key=lambda pair: (pair[1].order, pair[0])))


def secret_items(folders: Sequence[Path]) -> frozenset[str]:
    """Names of the standard items that are 個人番号. Raises MappingError."""
    reading = Reading(tuple(folders))
    path = reading.find(f"{SHARED}/secret_items.csv")
    if path is None:
        raise _missing(reading, "secret_items.csv", "個人番号の項目の一覧がないと安全に動かせません")
    names = frozenset(row.word("item") for row in reading.table(path, ("item", "reason")).rows)
    _raise(reading)
    return names


def parameters(folders: Sequence[Path]) -> tuple[Parameter, ...]:
    """Dated parameters for rules, in file order; none when there is no file. Raises MappingError."""
    reading = Reading(tuple(folders))
    path = reading.find(f"{SHARED}/parameters.csv")
    found = []
    if path is not None:
        for row in reading.table(path, ("name", "from", "to", "value", "basis")).rows:
            found.append(Parameter(*(row.word(h) for h in ("name", "from", "to", "value", "basis"))))
            _check_parameter(row, found)
    _raise(reading)
    return tuple(found)


def _read_area(reading: Reading, name: str, known: Sequence[str], version: str, vendor: str) -> Area | None:
    path = reading.find(f"{name}/area.toml")
    if path is None:
        reading.fault(f"{name}/area.toml", "", f"業務「{name}」がありません", did_you_mean(name, known))
        return None
    values = reading.toml(path)
    if values is None:
        return None
    top = Fields(reading, path, "", values)
    if top.text("id", name) != name:
        top.fault("id", f"フォルダーの名前「{name}」と違います", f'id = "{name}" にしてください')
    title, order, department = top.text("title"), top.integer("order"), top.text("department")
    business_ids, stated = top.texts("business_ids"), top.text("layout_version", "")
    scopes = {role: (fields, _scope(fields)) for role, fields in top.named_tables("roles").items()}
    top.close()
    folder = _layout_folder(reading, name, version, stated)
    groups = _groups(reading, name, folder, business_ids, version or stated)
    _check_scopes(scopes, groups)
    rules, totals = _rules(reading, name, department)
    return Area(
        id=name,
        title=title,
        order=order,
        department=department,
        business_ids=business_ids,
        groups=groups,
        code_lists=_codes(reading, name, folder),
        rules=rules,
        totals=totals,
        sources=_sources(reading, name, vendor),
        layout_version=version or stated,
        files=tuple(dict.fromkeys(reading.opened)),
        roles={role: scope for role, (_, scope) in scopes.items()},
    )


def _scope(fields: Fields) -> RoleScope:
    scope = RoleScope(groups=fields.texts("groups", None), reason=fields.text("reason"))
    fields.close()
    return scope


def _check_scopes(scopes: Mapping[str, tuple[Fields, RoleScope]], groups: Mapping[str, Group]) -> None:
    for role, (fields, scope) in scopes.items():
        if role not in SCOPED:
            fields.fault("", f"役割「{role}」には範囲を書けません（{'、'.join(SCOPED)}）", did_you_mean(role, SCOPED))
        for name in scope.groups:
            if name not in groups:
                fields.fault("groups", f"グループ「{name}」がありません", did_you_mean(name, groups))


def _layout_folder(reading: Reading, name: str, version: str, stated: str) -> str:
    imported = imported_versions(name, reading.roots)
    if not version or (version == stated and version not in imported):
        return f"{name}/standard"
    if version not in imported:
        advice = did_you_mean(version, [*imported, stated]) or "ikou spec import で取り込んでください"
        reading.fault("ikou.toml", f"[layouts] {name}", f"標準レイアウトの版「{version}」がありません", advice)
        return f"{name}/standard"
    return f"{name}/{_VERSIONED}{version}"


def _groups(reading: Reading, area: str, folder: str, business_ids: Sequence[str], version: str) -> dict[str, Group]:
    business_id = business_ids[0] if business_ids else ""
    groups: dict[str, Group] = {}
    for stem, path in reading.files(folder, ".csv").items():
        if stem != "codes" and (group := read_group(reading, path, area, business_id, version)):
            groups[stem] = group
    if not groups:
        reading.fault(
            folder, "", "標準レイアウトがありません", "グループごとのCSVを置くか ikou spec import してください"
        )
    return in_load_order(groups)


def _codes(reading: Reading, area: str, folder: str) -> dict[str, CodeList]:
    path = reading.find(f"{folder}/codes.csv")
    return read_codes(reading, path) if path else {}


def _rules(reading: Reading, area: str, department: str) -> tuple[tuple[Rule, ...], tuple[Total, ...]]:
    path = reading.find(f"{area}/rules.toml")
    return read_rules(reading, path, area, department) if path else ((), ())


def _sources(reading: Reading, area: str, only: str) -> dict[str, Source]:
    known = reading.folders(f"{area}/legacy")
    found = {vendor: read_source(reading, area, vendor) for vendor in ([only] if only in known else known)}
    return {vendor: source for vendor, source in found.items() if source is not None}


def _nameless(folders: Sequence[Path], known: Sequence[str]) -> list[Fault]:
    reading = Reading(tuple(folders))
    for name in reading.folders("."):
        if name not in known and name != SHARED:
            reading.fault(
                f"{name}/area.toml", "", "業務のフォルダーに area.toml がありません", did_you_mean(name, known)
            )
    return reading.faults


def _check_parameter(row: Row, found: Sequence[Parameter]) -> None:
    """A parameter has one value on every day."""
    new = found[-1]
    for heading, text in (("from", new.start), ("to", new.end)):
        if text and not _is_date(text):
            row.fault(heading, f"「{text}」は日付ではありません", "YYYY-MM-DD で書くか、空（期限なし）にしてください")
    if not (new.name and new.value):
        row.fault("name", "名前か値がありません", "name と value の両方を書いてください")
    if new.end and new.start > new.end:
        row.fault("to", f"終わり {new.end} が始まり {new.start} より前です", "日付を直してください")
    for old in found[:-1]:
        apart = (old.end and old.end < new.start) or (new.end and new.end < old.start)
        if old.name == new.name and not apart:
            row.fault("from", f"「{new.name}」の期間が前の行と重なっています", "期間を分けてください")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _missing(reading: Reading, name: str, why: str) -> MappingError:
    reading.fault(f"{SHARED}/{name}", "", f"{name} がありません", why)
    return MappingError(reading.faults)


def _raise(reading: Reading) -> None:
    if reading.faults:
        raise MappingError(reading.faults)
