"""The board: what is done, what blocks, and what to do next, at every point of the journey."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ikou = Callable[..., Any]  # how a command ended: code, out, err
NONE = '\n[areas.seiho]\nrole = "none"\nreason = "県の福祉事務所が実施"\n'


def board(ikou: Ikou, workspace: Path) -> dict[str, Any]:
    done = ikou("status", "-w", workspace, "--json")
    assert done.code == 0, done.err
    return dict(json.loads(done.out))


def marks(found: dict[str, Any]) -> str:
    [row] = [row for row in found["rows"] if row["area"] == "jutogai"]
    return "".join(row["stages"].values())


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "FWA" else 1 for sign in line)


def test_before_the_delivery_and_before_the_first_run(workspace: Path, ikou: Ikou) -> None:
    shutil.move(workspace / "delivery", workspace / "later")
    assert board(ikou, workspace)["todo"] == ["受渡データを delivery に置く（manifest.csv と、業務ごとのファイル）"]
    (workspace / "delivery").mkdir()
    assert board(ikou, workspace)["todo"][0].startswith("受渡データを delivery に置く")
    (workspace / "delivery").rmdir()
    shutil.move(workspace / "later", workspace / "delivery")
    found = board(ikou, workspace)
    assert found["todo"] == ["`ikou receive` で受渡データを確かめる", "`ikou run` でリハーサルを実行する"]
    assert (found["run"], found["gate"], marks(found)) == ("", [], "－－－－－－")


def test_half_way_and_finished(workspace: Path, ikou: Ikou) -> None:
    ikou("run", "-w", workspace, "--to", "convert")
    found = board(ikou, workspace)
    assert marks(found) == "済済済－－－"
    assert found["todo"] == ["`ikou run --rehearsal R1` で続きを実行する（止まったところから）"]
    assert ikou("run", "-w", workspace).code == 0
    found = board(ikou, workspace)
    assert marks(found) == "済済済済済済"
    assert found["todo"][0].startswith("`ikou review export` で確認票を書き出し")
    assert found["todo"][1] == "業務ごとの承認: 承認待ち: 住登外者宛名番号管理"
    (workspace / "runs" / "R1" / "stages" / "verify" / "jutogai" / "atena.done.json").unlink()
    assert marks(board(ikou, workspace)) == "済済済済済－"


def test_a_unit_of_several_is_half_way(finished: Path, ikou: Ikou, tmp_path: Path) -> None:
    folder = tmp_path / "途中"
    shutil.copytree(finished / "runs" / "R1" / "stages" / "extract", folder / "runs" / "R1" / "stages" / "extract")
    shutil.copy(finished / "ikou.toml", folder)
    (folder / "delivery" / "x").mkdir(parents=True)
    (folder / "runs" / "R1" / "stages" / "extract" / "jumin" / "juki.done.json").unlink()
    found = board(ikou, folder)
    stages = {row["area"]: row["stages"]["抽出"] for row in found["rows"]}
    assert stages.pop("jumin") == "途中"
    assert set(stages) > {"keiji", "inkan", "jutogai"}
    assert set(stages.values()) == {"済"}
    assert found["todo"] == ["`ikou run --rehearsal R1` で続きを実行する（止まったところから）"]


def test_an_area_that_is_not_moved_is_named_with_its_reason(workspace: Path, ikou: Ikou) -> None:
    settings = workspace / "ikou.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + NONE, encoding="utf-8")
    [_, row] = board(ikou, workspace)["rows"]
    assert (row["role"], row["reason"], row["stages"]) == ("対象外", "県の福祉事務所が実施", {})
    said = ikou("status", "-w", workspace).out
    assert "対象外: 生活保護（県の福祉事務所が実施）" in said


def test_the_board_fits_100_columns(finished: Path, ikou: Ikou, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migration.commands.status.out.width", 100, raising=False)
    said = ikou("status", "-w", finished).out
    table = said[: said.index("エラー: 未解決")].splitlines()
    assert all(width(line.replace("─", "-").replace("－", "-")) <= 100 for line in table), table
    for word in ("住民基本台帳", "デジタル推進課", "実施主体", "読戻し", "疑義"):
        assert word in said
    assert "…" not in said
    assert "受渡データ全体への指摘: エラー" in said


def test_the_numbers_of_the_board_are_those_of_the_findings(finished: Path, ikou: Ikou) -> None:
    found = board(ikou, finished)
    errors = sum(row["errors"] for row in found["rows"]) + found["elsewhere"][0]
    [total] = [row for row in found["gate"] if row["id"] == "G-09"]
    assert total["actual"] == f"エラー {errors:,}件（未解決 {errors:,}件）"
