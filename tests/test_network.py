"""ikou works where there is no network: the whole run, Great Expectations included, asks nobody for anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_whole_run_calls_no_other_machine(finished: Path) -> None:
    assert (finished / "said" / "code").read_text() == "1", (finished / "said" / "err").read_text(encoding="utf-8")
    assert not (finished / "said" / "calls").exists()
    assert (finished / "reports" / "R1" / "index.html").is_file()
    assert list((finished / "runs/R1/stages/verify").rglob("*.coverage.parquet"))


@pytest.mark.long
def test_a_run_of_every_area_calls_no_other_machine(whole: Path) -> None:
    assert (whole / "said" / "code").read_text() == "1", (whole / "said" / "err").read_text(encoding="utf-8")
    assert not (whole / "said" / "calls").exists()
    checked = {path.parent.name for path in (whole / "runs/R1/stages/verify").rglob("*.coverage.parquet")}
    assert checked == {folder.name for folder in (whole / "delivery").iterdir() if folder.is_dir()}
    assert len(checked) == 21  # the 20 systems and the register of the 住登外者


def test_the_guard_of_these_tests_notices_a_call(finished: Path, tmp_path: Path) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://localhost:9/')"
    env = {"PYTHONPATH": str(finished / "said"), "IKOU_TEST_CALLS": str(tmp_path / "calls")}
    subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert "localhost" in (tmp_path / "calls").read_text()


def test_a_run_in_an_empty_network_namespace(workspace: Path, program: Program) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us make a network namespace (unshare -n)")
    done = program("run", "--to", "verify", "-w", workspace, before=[unshare, "-n"])
    assert done.returncode == 0, done.stderr
    assert list((workspace / "runs/R1/stages/verify").rglob("*.coverage.parquet"))


def test_no_document_asks_for_anything_from_elsewhere(finished: Path) -> None:
    pages = sorted((finished / "reports" / "R1").glob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for sign in (
            'src="http',
            "src='http",
            'href="http',
            "url(http",
            "@import",
            "<link",
            "fetch(",
            "XMLHttpRequest",
        ):
            assert sign not in text, f"{page.name}: {sign}"
