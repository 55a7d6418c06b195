"""Packs out to departments, answers back in. What a pack asked is kept, so that an answer is bound to what was seen."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from mappings.errors import InputError, shown_path
from mappings.sheets import NotAWorkbookError, load_book
from migration.decisions import ANSWER, CONFIRMATION, SETTLING, SIGN_OFF, Decision, other_person, record
from migration.stages import write_whole
from reports.pack import AREAS, CASES, CAUSES, CRITERIA, Pack
from reports.pack_excel import HEAD_ROW, MARK, NAME_COLUMN, NAME_ROWS, START, render_pack
from validators.finding import SEVERITIES

KINDS = {CAUSES: ANSWER, CASES: ANSWER, AREAS: SIGN_OFF, CRITERIA: CONFIRMATION}


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer not taken, with all it held."""

    sheet: str
    row: int
    question: str
    answer: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a returned workbook. `unchanged` answers were there already."""

    pack: str
    department: str
    taken: int
    unchanged: int
    refused: tuple[Refused, ...]
    kept_in: str = ""  # the file that holds the refused answers


@dataclass(frozen=True, slots=True)
class _Filled:
    sheet: str
    row: int
    id: str
    texts: tuple[str, ...]
    answer: str
    reason: str


def export_pack(root: Path, folder: Path, pack: Pack) -> Path:
    """Write the workbook of a department and keep what it asks in decisions/packs/."""
    name = "".join("・" if sign in '\\/:*?"<>|' else sign for sign in pack.department)
    path = folder / f"確認票_{name}_{pack.run}.xlsx"
    write_whole(_pack_file(root, pack.id), json.dumps({"id": pack.id, **asdict(pack)}, ensure_ascii=False).encode())
    write_whole(path, render_pack(pack))
    return path


def import_pack(root: Path, path: Path, current: frozenset[str], known: pl.DataFrame, now: datetime) -> Imported:
    """Take the answers of a returned workbook. `current`: content hashes that still stand; `known`: decisions so far.

    A file that is no pack of this workspace is an InputError. Answers that cannot be taken are refused one by one and
    kept, with the reason, in decisions/refused/; the others are recorded.
    """
    book = _open(path)
    pack = _asked(root, book, path)
    who, approver = _names(book, path)
    answers, refused = _sorted_out(pack, _filled(book, pack), current, (who, approver))
    decisions = list(_decisions(pack, answers, (who, approver)))
    new = _not_yet(decisions, known)
    record(root, new, now)
    kept = _keep_refused(root, str(pack["id"]), refused) if refused else ""
    return Imported(str(pack["id"]), str(pack["department"]), len(new), len(decisions) - len(new), tuple(refused), kept)


def _pack_file(root: Path, pack: str) -> Path:
    return root / "decisions" / "packs" / f"{pack}.json"


def _open(path: Path) -> Any:
    if not path.exists():
        raise InputError(f"{shown_path(path)} がありません。返ってきた確認票（Excel）の場所を指定してください。")
    if path.is_dir():
        raise InputError(f"{shown_path(path)} はフォルダです。確認票（Excel）のファイルを指定してください。")
    try:
        return load_book(path, data_only=True)
    except NotAWorkbookError as error:
        raise InputError(
            f"{shown_path(path)} は Excel ブック（.xlsx）として読めません。"
            "書き出した確認票に記入し、同じ形式で保存してください。何も取り込んでいません。"
        ) from error


def _asked(root: Path, book: openpyxl.Workbook, path: Path) -> dict[str, Any]:
    found = book[MARK].cell(1, 1).value if MARK in book.sheetnames else None
    file = _pack_file(root, str(found))
    if not found or not str(found).isalnum() or not file.is_file():
        raise InputError(
            f"{shown_path(path)} は、この作業領域で書き出した確認票ではありません（確認票番号 {found or 'なし'}）。"
            "`ikou review export` で書き出したファイルに記入したものを指定してください。何も取り込んでいません。"
        )
    try:
        pack: dict[str, Any] = json.loads(file.read_bytes())
    except ValueError:
        raise InputError(
            f"{shown_path(file)}（書き出した確認票の控え）が壊れています。控えを戻すか、"
            "`ikou review export` で書き出し直した確認票に記入してください。何も取り込んでいません。"
        ) from None
    missing = [sheet["name"] for sheet in pack["sheets"] if sheet["name"] not in book.sheetnames]
    if missing or START not in book.sheetnames:
        names = "、".join(missing or [START])
        raise InputError(
            f"{shown_path(path)} にシート「{names}」がありません。"
            "シートの名前を変えたり消したりせずに返してもらってください。何も取り込んでいません。"
        )
    return pack


def _names(book: openpyxl.Workbook, path: Path) -> tuple[str, str]:
    sheet = book[START]
    names = [str(sheet.cell(row + 1, NAME_COLUMN + 1).value or "").strip() for _, row in NAME_ROWS]
    if not names[0]:
        raise InputError(
            f"{shown_path(path)} のシート「{START}」に回答した人の氏名がありません。"
            "だれの回答か分からないものは取り込めません。何も取り込んでいません。"
        )
    return names[0], names[1]


def _filled(book: openpyxl.Workbook, pack: Mapping[str, Any]) -> Iterator[_Filled]:
    """Rows with anything in the answer columns."""
    for sheet in pack["sheets"]:
        width = len(sheet["columns"])
        rows = book[sheet["name"]].iter_rows(min_row=HEAD_ROW + 2, values_only=True)
        for number, row in enumerate(rows, start=HEAD_ROW + 2):
            cells = ["" if value is None else str(value) for value in row] + [""] * (width + 2 - len(row))
            answer, reason = cells[width].strip(), cells[width + 1].strip()
            if answer or reason:
                yield _Filled(sheet["name"], number, cells[0], tuple(cells[1:width]), answer, reason)


_NOTHING: Mapping[str, Any] = {"hashes": (), "subjects": ()}  # a row that is no question of the pack
_Answers = dict[tuple[str, str], tuple[str, str, str, str]]  # (kind, content) → subject, area, answer, reason


def _sorted_out(
    pack: Mapping[str, Any], filled: Iterator[_Filled], current: frozenset[str], names: tuple[str, str]
) -> tuple[_Answers, list[Refused]]:
    """The answers by content (a case outweighs its cause), and those that cannot be taken."""
    sheets = {sheet["name"]: sheet for sheet in pack["sheets"]}
    questions = {(name, q["id"]): q for name, sheet in sheets.items() for q in sheet["questions"]}
    answers: _Answers = {}
    refused = []
    rows = sorted(filled, key=lambda row: (row.sheet == CASES, row.sheet, row.row))
    times = Counter((row.sheet, row.id) for row in rows)
    for row in rows:
        question = questions.get((row.sheet, row.id))
        why = _fault(row, question, sheets[row.sheet]["choices"], names)
        if not why and times[row.sheet, row.id] > 1:
            why = "同じ番号の行が2つ以上あります。どれが正しい回答か分からないため取り込めません"
        stale = [h for h in question["hashes"] if h not in current] if question and not why else []
        if stale:
            why = f"前回の実行から内容が変わりました（{len(stale):,}件）。新しい確認票で改めてお答えください"
        if why:
            refused.append(Refused(row.sheet, row.row, row.id, row.answer, row.reason, why))
        asked = question or _NOTHING
        for content, subject in zip(asked["hashes"], asked["subjects"], strict=True):
            if why and not stale:
                answers.pop((KINDS[row.sheet], content), None)  # a case was to differ from its cause: it stays open
            elif content in current:
                answers[KINDS[row.sheet], content] = (subject, str(asked["area"]), row.answer, row.reason)
    return answers, refused


def _fault(row: _Filled, question: Mapping[str, Any] | None, choices: list[str], names: tuple[str, str]) -> str:
    """Why an answer cannot be taken; '' when it can."""
    if question is None:
        return "この番号の行は確認票にありません（行の番号が変えられています）"
    if _plain(row.texts) != _plain(question["texts"]):
        return "保護された欄が書き換えられています。書き出したときの内容と違うため取り込めません"
    if not row.answer:
        return "回答が選ばれていません（理由・補足だけがあります）"
    if row.answer not in choices:
        return f"「{row.answer}」は選べません。{'、'.join(choices)} から選んでください"
    if not _needs_approver(row):
        return ""
    if not names[1]:
        return f"承認した人の氏名がありません。シート「{START}」に書いてください"
    if not other_person(*names):
        return f"承認した人が回答した人と同じです。別の人の承認を受けて、シート「{START}」に書いてください"
    return ""


def _needs_approver(row: _Filled) -> bool:
    """An accepted exception to an error, and every approval, is the word of two people."""
    return row.answer in SETTLING and (KINDS[row.sheet] != ANSWER or row.texts[0] == SEVERITIES["E"])


def _plain(texts: Any) -> list[str]:
    """Texts as Excel gives them back: line ends alike, outer blanks gone."""
    return [str(text).replace("\r\n", "\n").replace("_x000D_", "").strip() for text in texts]


def _decisions(pack: Mapping[str, Any], answers: _Answers, names: tuple[str, str]) -> Iterator[Decision]:
    for (kind, content), (subject, area, answer, reason) in answers.items():
        yield Decision(
            kind=kind,
            content_hash=content,
            subject=subject,
            area=area,
            department=str(pack["department"]),
            answer=answer,
            reason=reason,
            who=names[0],
            approver=names[1],
            run=str(pack["run"]),
            pack=str(pack["id"]),
        )


def _not_yet(decisions: list[Decision], known: pl.DataFrame) -> list[Decision]:
    """Those that say something new: importing a workbook twice records its answers once."""
    columns = ("kind", "content_hash", "answer", "reason", "who", "approver")
    there = set(known.select(columns).iter_rows())
    return [decision for decision in decisions if tuple(getattr(decision, name) for name in columns) not in there]


def _keep_refused(root: Path, pack: str, refused: list[Refused]) -> str:
    number = 1
    while (path := root / "decisions" / "refused" / f"{pack}-{number}.csv").exists():
        number += 1
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["シート", "行", "番号", "回答", "理由・補足", "取り込めない理由"])
    writer.writerows([row.sheet, row.row, row.question, row.answer, row.reason, row.why] for row in refused)
    write_whole(path, text.getvalue().encode("utf-8-sig"))
    return shown_path(path)
