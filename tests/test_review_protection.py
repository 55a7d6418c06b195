"""People under 支援措置, and the rows about them whose key does not name them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from mappings.area import Area
from mappings.layout import Group, Item, ItemType
from migration.protection import protected_people, with_their_rows
from migration.workspace import Workspace


def group(name: str, *items: tuple[str, bool]) -> Group:
    made = tuple(Item(item, f"c{place}", ItemType.X, 15, primary_key=key) for place, (item, key) in enumerate(items))
    return Group("jumin", name, name, "001", "1.0", made)


def test_people_and_rows_about_them(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "403831", "岡垣町", tmp_path / "delivery")
    folder = tmp_path / "runs" / "R1" / "stages" / "convert" / "jumin"
    folder.mkdir(parents=True)
    assert protected_people(workspace, "R1") == frozenset()
    groups = {
        "shien": group("shien", ("宛名番号", True)),
        "sharyo": group("sharyo", ("車両番号", True), ("履歴番号", True), ("納税義務者_宛名番号", False)),
        "jumin": group("jumin", ("宛名番号", True), ("履歴番号", True)),
    }
    pl.DataFrame({"宛名番号": ["10", "11", None]}).write_parquet(folder / "shien.parquet")
    pl.DataFrame(
        {"車両番号": ["A", "A", "B"], "履歴番号": ["1", "2", "1"], "納税義務者_宛名番号": ["10", "12", None]}
    ).write_parquet(folder / "sharyo.parquet")
    pl.DataFrame({"宛名番号": ["10"], "履歴番号": ["1"]}).write_parquet(folder / "jumin.parquet")
    people = protected_people(workspace, "R1")
    assert people == {"10", "11"}
    areas = {"jumin": Area("jumin", "住民基本台帳", 1, "住民環境課", ("001",), groups, {}, (), (), {})}
    assert with_their_rows(workspace, "R1", areas, people) == {"10", "11", "A|1"}
