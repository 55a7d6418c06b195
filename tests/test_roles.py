"""The town's role in an area changes what is expected, checked, counted and shown."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from mappings import loading
from mappings.errors import MappingError
from mappings.roles import in_role

ROOT = loading.shipped_folder()
SCOPE = """
[roles.relay]
groups = ["toroku"]
reason = "印影と廃止は県のシステムにある"
"""


def relayed(folder: Path, scope: str = SCOPE) -> Path:
    """A town that only passes registrations on: its own area.toml, no 廃止 in the delivery; the index is looked up."""
    own = folder / "mappings" / "inkan"
    own.mkdir(parents=True)
    text = (ROOT / "inkan" / "area.toml").read_text(encoding="utf-8")
    (own / "area.toml").write_text(text + scope, encoding="utf-8")
    settings = (folder / "ikou.toml").read_text(encoding="utf-8")
    (folder / "ikou.toml").write_text(settings.replace('role = "owner"', 'role = "relay"'), encoding="utf-8")
    for path in (folder / "delivery" / "inkan").glob("haishi*"):
        path.unlink()
    for paper, column in (("manifest.csv", "table"), ("totals.csv", "total")):
        path = folder / "delivery" / paper
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(row for row in rows if row[column] not in ("haishi", "inei"))
    return folder


def test_a_relay_expects_and_checks_only_what_is_its_own(
    of_town: Callable[[Path, str], Path], tmp_path: Path, program: Callable[..., object]
) -> None:
    folder = relayed(of_town(tmp_path / "machi", "inkan"))
    done = program("run", "-w", folder)
    assert done.returncode == 1, done.stderr  # type: ignore[attr-defined]
    run = folder / "runs" / "R1"
    units = pl.read_csv(run / "units.csv", infer_schema=False)
    assert units["table"].to_list() == ["toroku"]
    findings = pl.read_parquet(run / "findings.parquet")
    assert findings.filter(pl.col("rule") == "RCV-03").is_empty()  # no table is missing
    assert not set(findings["rule"]) & {"INK-05", "INK-06", "INK-02-2"}  # rules of the other tables
    assert "INK-03" in set(findings["rule"])  # the own table's are asked as ever
    assert set(pl.read_csv(run / "totals.csv", infer_schema=False)["total"]) == {"torokushasu", "toroku_jotai"}
    shown = (folder / "reports" / "R1" / "移行対象データ一覧表.html").read_text(encoding="utf-8")
    assert "印影と廃止は県のシステムにある" in shown
    assert "対応なし" not in shown


def test_rules_may_name_the_roles_they_are_for() -> None:
    area = loading.load_area("inkan", (ROOT,))
    first, *rest = area.rules
    ours = area.rules[0].__class__(**{**_fields(first), "roles": ("owner",)})
    changed = area.__class__(**{**_fields(area), "rules": (ours, *rest)})
    assert len(in_role(changed, "owner").rules) == len(area.rules)
    assert [rule.id for rule in in_role(changed, "window").rules] == [rule.id for rule in rest]


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (SCOPE.replace("toroku", "touroku"), "グループ「touroku」がありません"),
        (SCOPE.replace("relay", "owner"), "役割「owner」には範囲を書けません"),
        (SCOPE.replace("reason", "riyuu"), "reason"),
    ],
)
def test_a_wrong_scope_is_told(tmp_path: Path, scope: str, words: str) -> None:
    shutil.copytree(ROOT / "inkan", tmp_path / "mappings" / "inkan")
    path = tmp_path / "mappings" / "inkan" / "area.toml"
    path.write_text(path.read_text(encoding="utf-8") + scope, encoding="utf-8")
    with pytest.raises(MappingError, match=words):
        loading.load_area("inkan", (ROOT, tmp_path / "mappings"))


def _fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]
