"""Answers of a returned 確認票: taken, refused by name, never lost. Workbooks are filled in as a clerk would."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from mappings.errors import InputError
from migration.decisions import ANSWERS, SIGN_OFFS, decisions_file, read_decisions
from migration.review import Imported, export_pack, import_pack
from reports.pack import AREAS, CASES, CAUSES, MEANINGS, Pack, Question, Sheet

NOW = datetime(2026, 10, 2, 9, 30)
COLUMNS = (("番号", 9), ("重さ", 7), ("何が疑わしいか", 30))
GOOD, LATER, EXEMPT = "このままでよい", "現行システムで修正", "対象外"
NAMES = ("山田　花子", "佐藤　課長")


def pack(run: str = "R1") -> Pack:
    """Two causes (an error on h1 and h2, a doubt on h3), their three cases, and one area to sign off."""
    causes = (
        Question("M0001", ("エラー", "郵便番号の形"), ("h1", "h2"), ("f1", "f2"), "jumin"),
        Question("M0002", ("疑義", "=1+1"), ("h3",), ("f3",), "jumin"),
    )
    cases = (
        Question("K000001", ("エラー", "1件目\n改行のある文"), ("h1",), ("f1",), "jumin"),
        Question("K000002", ("エラー", "2件目"), ("h2",), ("f2",), "jumin"),
        Question("K000003", ("疑義", "3件目"), ("h3",), ("f3",), "jumin"),
    )
    areas = (Question("jumin", ("住民基本台帳", "変換 3行"), ("a1",), ("jumin",), "jumin"),)
    sheets = (
        Sheet(CAUSES, "", COLUMNS, tuple(ANSWERS), causes),
        Sheet(CASES, "", COLUMNS, tuple(ANSWERS), cases),
        Sheet(AREAS, "", COLUMNS, tuple(SIGN_OFFS), areas),
    )
    return Pack("岡垣町", run, "住民環境課", sheets, "デジタル推進課")


ALL = frozenset({"h1", "h2", "h3", "a1"})


class Desk:
    """A workspace folder, the pack written in it, and what is done with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = export_pack(root, root / "確認票", pack())

    def fill(self, answers: Mapping[str, tuple[str, str]], names: tuple[str, str] = NAMES) -> None:
        """Names on the first sheet, then answer and reason beside the rows of these numbers."""

        def work(book: openpyxl.Workbook) -> None:
            book["はじめに"]["C6"], book["はじめに"]["C7"] = names
            for sheet in book.worksheets[1:-1]:
                for row in range(5, sheet.max_row + 1):
                    answer = answers.get(str(sheet.cell(row, 1).value))
                    if answer:
                        sheet.cell(row, 4).value, sheet.cell(row, 5).value = answer

        self.change(work)

    def change(self, work: Callable[[openpyxl.Workbook], None]) -> None:
        book = openpyxl.load_workbook(self.path)
        work(book)
        book.save(self.path)

    def take(self, current: frozenset[str] = ALL, path: Path | None = None) -> Imported:
        return import_pack(self.root, path or self.path, current, read_decisions(self.root), NOW)

    def answers(self) -> dict[str, str]:
        """Content hash → the answer that counts."""
        return dict(read_decisions(self.root).select("content_hash", "answer").iter_rows())

    def kept(self, made: Imported) -> list[dict[str, str]]:
        """The rows of the file that holds refused answers."""
        [path] = sorted((self.root / "decisions" / "refused").glob(f"{made.pack}-*.csv"))[-1:]
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_answer_to_a_cause_counts_for_each_of_its_findings(desk: Desk) -> None:
    desk.fill({"M0001": (GOOD, "確かめた"), "jumin": ("承認する", "")})
    made = desk.take()
    assert (made.taken, made.unchanged, made.refused) == (3, 0, ())
    assert desk.answers() == {"h1": GOOD, "h2": GOOD, "a1": "承認する"}
    [first, *_] = [json.loads(line) for line in decisions_file(desk.root).read_text(encoding="utf-8").splitlines()]
    wanted = {"who": "山田　花子", "approver": "佐藤　課長", "reason": "確かめた", "at": "2026-10-02T09:30:00"}
    assert {name: first[name] for name in wanted} == wanted
    assert (first["subject"], first["area"], first["run"]) == ("f1", "jumin", "R1")


def test_a_case_outweighs_its_cause(desk: Desk) -> None:
    desk.fill({"M0001": (GOOD, ""), "K000002": (LATER, "直す")})
    desk.take()
    assert desk.answers() == {"h1": GOOD, "h2": LATER}


def test_importing_twice_records_once(desk: Desk) -> None:
    desk.fill({"M0001": (GOOD, "")})
    desk.take()
    before = decisions_file(desk.root).read_bytes()
    made = desk.take()
    assert (made.taken, made.unchanged) == (0, 2)
    assert decisions_file(desk.root).read_bytes() == before


def test_a_changed_answer_is_added_and_counts(desk: Desk) -> None:
    desk.fill({"M0002": (GOOD, "")})
    desk.take()
    desk.fill({"M0002": (EXEMPT, "")})
    desk.take()
    desk.fill({"M0002": (GOOD, "")})
    desk.take()
    assert desk.answers() == {"h3": GOOD}
    assert len(decisions_file(desk.root).read_text(encoding="utf-8").splitlines()) == 3


def test_deleted_rows_are_no_answers_and_moved_rows_keep_theirs(desk: Desk) -> None:
    desk.fill({"K000001": (LATER, ""), "K000003": (EXEMPT, "")})

    def sort_backwards(book: openpyxl.Workbook) -> None:
        sheet = book[CASES]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=7)]
        for number, row in enumerate(reversed(rows), start=5):
            for place, value in enumerate(row, start=1):
                sheet.cell(number, place).value = value
        sheet.row_dimensions[5].hidden = True  # filtered out of sight
        sheet.delete_rows(7)  # that of K000001

    desk.change(sort_backwards)
    assert desk.take().refused == ()
    assert desk.answers() == {"h3": EXEMPT}


def test_answers_for_contents_that_changed_are_refused_and_the_others_taken(desk: Desk) -> None:
    desk.fill({"M0001": (GOOD, "見た"), "K000003": (LATER, "")})
    made = desk.take(frozenset({"h1", "h3"}))
    assert desk.answers() == {"h1": GOOD, "h3": LATER}
    [refused] = made.refused
    assert (refused.question, refused.answer) == ("M0001", GOOD)
    assert refused.why == "前回の実行から内容が変わりました（1件）。新しい確認票で改めてお答えください"


@pytest.mark.parametrize(
    ("answers", "names", "why"),
    [
        ({"K000003": ("たぶんよい", "")}, NAMES, "「たぶんよい」は選べません。このままでよい、"),
        ({"K000003": ("承認する", "")}, NAMES, "「承認する」は選べません。"),
        ({"K000003": ("", "直しました")}, NAMES, "回答が選ばれていません"),
        ({"K000001": (GOOD, "")}, ("山田", ""), "承認した人の氏名がありません"),
        ({"K000001": (GOOD, "")}, ("山田 花子", "山田　花子"), "承認した人が回答した人と同じです"),
        ({"jumin": ("承認する", "")}, ("山田", ""), "承認した人の氏名がありません"),
    ],
)
def test_answers_that_cannot_be_taken(
    desk: Desk, answers: dict[str, tuple[str, str]], names: tuple[str, str], why: str
) -> None:
    desk.fill({**answers, "M0002": (LATER, "")}, names)
    made = desk.take()
    [refused] = made.refused
    assert refused.why.startswith(why)
    [(question, (answer, reason))] = answers.items()
    [kept] = desk.kept(made)
    assert [kept[name] for name in ("番号", "回答", "理由・補足")] == [question, answer, reason]
    assert kept["取り込めない理由"] == refused.why
    assert desk.answers() == ({} if question == "K000003" else {"h3": LATER})  # a refused case is not its cause's


@pytest.mark.parametrize("answer", [LATER, "変換で補正", "差し戻す"])
def test_what_settles_nothing_needs_no_approver(desk: Desk, answer: str) -> None:
    question = "jumin" if answer == "差し戻す" else "M0001"
    desk.fill({question: (answer, "理由")}, ("山田", ""))
    assert desk.take().refused == ()
    assert set(desk.answers().values()) == {answer}


def test_an_edited_protected_cell_refuses_its_row_only(desk: Desk) -> None:
    desk.fill({"M0001": (GOOD, ""), "M0002": (GOOD, "")})
    desk.change(lambda book: book[CAUSES].__setitem__("C5", "郵便番号の形は正しい"))
    made = desk.take()
    assert [(row.question, row.why[:16]) for row in made.refused] == [
        ("M0001", "保護された欄が書き換えられています"[:16])
    ]
    assert desk.answers() == {"h3": GOOD}


def test_an_edited_number_and_a_row_twice_are_refused(desk: Desk) -> None:
    desk.fill({"K000001": (LATER, ""), "K000003": (LATER, "")})

    def copy_row(book: openpyxl.Workbook) -> None:
        sheet = book[CASES]
        for place in range(1, 4):
            sheet.cell(8, place).value = sheet.cell(7, place).value
        sheet.cell(8, 4).value = EXEMPT
        sheet["A5"] = "K000099"

    desk.change(copy_row)
    made = desk.take()
    assert [row.question for row in made.refused] == ["K000099", "K000003", "K000003"]
    assert "確認票にありません" in made.refused[0].why
    assert "同じ番号の行が2つ以上" in made.refused[1].why
    assert [row["回答"] for row in desk.kept(made)] == [LATER, LATER, EXEMPT]
    assert desk.answers() == {}


def test_without_a_name_nothing_is_taken(desk: Desk) -> None:
    desk.fill({"M0002": (GOOD, "")}, ("　", "佐藤"))
    with pytest.raises(InputError, match=r"回答した人の氏名がありません.*何も取り込んでいません"):
        desk.take()
    assert not decisions_file(desk.root).exists()


def test_wrong_files(desk: Desk, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "別の表.xlsx")
    (tmp_path / "文章.xlsx").write_text("ただの文章です", encoding="utf-8")
    other = export_pack(tmp_path / "別の町", tmp_path / "別の町", pack("R9"))
    expected = {
        tmp_path / "別の表.xlsx": "この作業領域で書き出した確認票ではありません（確認票番号 なし）",
        tmp_path / "文章.xlsx": "Excel ブック（.xlsx）として読めません",
        tmp_path / "ない.xlsx": "がありません",
        tmp_path: "はフォルダです",
        other: f"この作業領域で書き出した確認票ではありません（確認票番号 {pack('R9').id}）",
    }
    for path, message in expected.items():
        with pytest.raises(InputError) as told:
            desk.take(path=path)
        assert message in str(told.value)
    assert not decisions_file(desk.root).exists()


def test_a_missing_sheet_is_named_and_nothing_taken(desk: Desk) -> None:
    desk.fill({"M0002": (GOOD, "")})
    desk.change(lambda book: book.remove(book[CASES]))
    with pytest.raises(InputError, match="シート「1件ずつ回答」がありません"):
        desk.take()
    assert not decisions_file(desk.root).exists()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice がありません")
def test_a_workbook_saved_by_libreoffice_is_taken(desk: Desk, tmp_path: Path) -> None:
    desk.fill({"M0002": (EXEMPT, "確認済み"), "K000001": (GOOD, "")})
    saved = tmp_path / "保存"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), str(desk.path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert desk.take(path=saved / desk.path.name).refused == ()
    assert desk.answers() == {"h3": EXEMPT, "h1": GOOD}


def test_every_answer_has_a_meaning() -> None:
    assert set(MEANINGS) == {*ANSWERS, *SIGN_OFFS}
