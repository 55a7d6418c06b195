"""Every command explains itself in Japanese with an example, speaks JSON when asked, and ends with its code."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from migration.cli import app

Call = Callable[..., object]
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


def commands(group: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for part, command in group.every().items() if hasattr(group, "every") else ():
        yield (*name, part), command
        yield from commands(command, (*name, part))


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_all_the_commands_are_here() -> None:
    wanted = {
        "demo",
        "sample",
        "init",
        "status",
        "receive",
        "run",
        "spec",
        "mapping",
        "diff",
        "explain",
        "review",
        "gate",
    }
    assert wanted <= {name[0] for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_help_is_japanese_and_every_option_is_explained(name: tuple[str, ...], ikou: Call) -> None:
    said = ikou(*name, "--help")
    assert said.code == 0
    assert JAPANESE.search(said.out)
    if not hasattr(COMMANDS[name], "every"):
        assert "例:" in said.out
        assert f"ikou {' '.join(name)}" in said.out.split("例:")[1]
    for parameter in COMMANDS[name].params:
        text = getattr(parameter, "help", None)
        assert parameter.name == "help" or (text and JAPANESE.search(text)), parameter.name


@pytest.fixture(scope="module")
def town_after(once: Callable[..., Path], finished: Path) -> Path:
    """A copy of the finished town that these commands may write to."""
    ignored = shutil.ignore_patterns("said")
    return once("town_after", lambda folder: shutil.copytree(finished, folder, ignore=ignored))


@pytest.mark.parametrize(
    ("arguments", "code", "keys"),
    [
        (("status",), 0, {"run", "rows", "gate", "todo"}),
        (("receive",), 1, {"files", "findings"}),
        (("gate",), 3, {"run", "ready", "criteria"}),
        (("review", "status"), 0, {"run", "departments"}),
        (("review", "export", "--to", "{tmp}"), 0, {"run", "packs"}),
        (("mapping", "check"), 0, {"ok", "areas", "faults"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_json_is_one_document(
    arguments: tuple[str, ...], code: int, keys: set[str], town_after: Path, ikou: Call, tmp_path: Path
) -> None:
    said = ikou(*(part.replace("{tmp}", str(tmp_path)) for part in arguments), "-w", town_after, "--json")
    assert said.code == code, said
    assert keys <= json.loads(said.out).keys()
    assert said.err == ""


def test_explain_as_json_leads_back_to_the_file(town_after: Path, ikou: Call) -> None:
    said = ikou("explain", "jutogai", "jutogai", "#1", "--source", "-w", town_after, "--json")
    assert said.code == 0, said
    found = json.loads(said.out)
    assert found["origin"]["file"] == "jutogai/jutogai.csv"
    assert [(fate["table"], fate["fate"]) for fate in found["fates"]] == [("atena", "投入")]
    said = ikou("explain", "jutogai", "atena", found["fates"][0]["key"], "-w", town_after, "--json")
    origins = json.loads(said.out)["origins"]
    assert [(origin["file"], origin["record"]) for origin in origins] == [("jutogai/jutogai.csv", 1)]


def test_run_as_json_and_a_clean_town_ends_with_0(workspace: Path, ikou: Call) -> None:
    said = ikou("run", "-w", workspace, "--json")
    assert said.code == 0, said
    found = json.loads(said.out)
    assert found["run"] == "R1"
    assert (found["errors"], found["differences"], found["ledger_closes"]) == (0, 0, True)
    assert Path(found["reports"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("status",), "ikou.toml がありません"),
        (("run",), "ikou.toml がありません"),
        (("gate",), "ikou.toml がありません"),
        (("init", "x", "--municipality", "12345"), "数字6桁"),
        (("diff", "nai.csv", "nai.csv"), "nai.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_outside_a_workspace_a_message_says_what_to_do(
    arguments: tuple[str, ...], word: str, ikou: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = ikou(*arguments)
    assert said.code == 2
    assert word in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("gate",), ("review", "export"), ("explain", "jutogai", "atena", "1")])
def test_before_the_first_run_there_is_nothing_to_judge(command: tuple[str, ...], workspace: Path, ikou: Call) -> None:
    said = ikou(*command, "-w", workspace)
    assert said.code == 2
    assert "ikou run" in said.err


def test_a_demo_does_not_overwrite(ikou: Call, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("大事なもの", encoding="utf-8")
    for command in ("demo", "sample"):
        said = ikou(command, tmp_path)
        assert said.code == 2
        assert "上書きはしません" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_told_in_words(workspace: Path, program: Callable[..., object], tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk that is full."""
    done = program("run", "-w", workspace, before=["/bin/sh", "-c", 'ulimit -f 8; exec "$@"', "sh"])
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert "エラー:" in done.stderr
    again = program("run", "--to", "convert", "-w", workspace)
    assert again.returncode == 0, again.stderr


def test_a_town_too_small_for_its_faults_is_told(ikou: Call, tmp_path: Path) -> None:
    said = ikou("sample", tmp_path / "見本", "-n", "20")
    assert said.code == 2
    assert "--residents を増やす" in said.err
    assert list(tmp_path.iterdir()) == []
    assert ikou("sample", tmp_path / "見本", "-n", "20", "--faults", "none").code == 0


def test_a_list_of_faults_in_another_encoding_is_told(ikou: Call, tmp_path: Path) -> None:
    (tmp_path / "誤り.txt").write_text("JUM-01\n", encoding="utf-16")
    said = ikou("sample", tmp_path / "見本", "--faults", tmp_path / "誤り.txt")
    assert said.code == 2
    assert "誤り.txt は UTF-8 のテキストではありません" in said.err
    assert not (tmp_path / "見本").exists()
