"""Reading definition files (CSV, TOML) of shipped and overriding folders: every fault at once, never a crash.

A later root replaces the file at the same relative path of an earlier one. Faults name file, line or place, problem
and what to do.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mappings.errors import Fault, did_you_mean, shown_path

_TOML_ADVICE = "引用符、括弧、= の書き方を確かめてください"
_TOML_REASONS = (
    ("Invalid statement", ("名前の始まりが正しくない", '日本語の名前は " で囲んでください')),
    ("initial character for a key", ("名前の始まりが正しくない", '日本語の名前は " で囲んでください')),
    ("Cannot overwrite", ("同じ名前が2回ある", "どちらかを消してください")),
    ("Cannot declare", ("同じ見出しが2回ある", "どちらかを消すか、1つにまとめてください")),
    ("Duplicate inline table key", ("同じ名前が2回ある", "どちらかを消してください")),
    ("Invalid value", ("値を読めない", '文字は " で囲んでください')),
    ("Unterminated string", ("引用符が閉じていない", '文字の終わりに " を書いてください')),
    ("Unclosed array", ("[ ] が閉じていない", "並びの終わりに ] を書いてください")),
    ("Illegal character", ("文字の中に改行か使えない文字がある", '文字は1行で書き、" で閉じてください')),
    ("Expected '='", ("名前のあとに = がない", '日本語の名前は " で囲み、= を続けてください')),
)
MARKS = frozenset({"○", "〇", "◯", "◎"})


def toml_reason(error: tomllib.TOMLDecodeError) -> tuple[str, str, str]:
    """(place, problem, advice) of a TOML file that cannot be read, in Japanese."""
    at = re.search(r"at line ([0-9]+), column ([0-9]+)", str(error))
    place = f"{at[1]}行 {at[2]}文字目" if at else "末尾"
    reason = re.sub(r" *\(at .*\)$", "", str(error))
    problem, advice = next((told for sign, told in _TOML_REASONS if sign in reason), (reason, _TOML_ADVICE))
    return place, f"TOMLとして読めません（{problem}）", advice


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file or sheet: cells by heading, as written; `line` counts lines from 1.

    `places` says where a heading's cell is when it is not simply "14行 見出し".
    """

    reading: Reading
    file: Path
    line: int
    cells: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)

    def word(self, heading: str) -> str:
        """The cell without spaces around it: for names, ids and marks."""
        return self.cells.get(heading, "").strip()

    def text(self, heading: str) -> str:
        """The cell exactly as written."""
        return self.cells.get(heading, "")

    def fault(self, heading: str, problem: str, advice: str = "") -> None:
        self.reading.fault(self.file, self.places.get(heading, f"{self.line}行 {heading}".strip()), problem, advice)

    def choice(self, heading: str, known: Sequence[str], default: str) -> str:
        """One of the known words; empty is the default, anything else a fault."""
        text = self.word(heading) or default
        if text in known:
            return text
        self.fault(heading, f"「{text}」は使えません", did_you_mean(text, known))
        return default

    def mark(self, heading: str) -> bool:
        """Whether the cell holds a ○; anything but ○ or empty is a fault (and counts as marked)."""
        text = self.word(heading)
        if text and text not in MARKS:
            self.fault(heading, f"「{text}」は使えません", "当てはまるときは ○、そうでなければ空にしてください")
        return bool(text)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file that was read: its rows, and the comment lines (without #) above the heading."""

    rows: tuple[Row, ...]
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """One reading of definition files: where to look, what was opened, what is wrong."""

    roots: tuple[Path, ...]
    faults: list[Fault] = field(default_factory=list)
    opened: list[Path] = field(default_factory=list)

    def fault(self, file: Path | str, place: str, problem: str, advice: str = "") -> None:
        name = shown_path(file) if isinstance(file, Path) else file
        self.faults.append(Fault(name, place, problem, advice))

    def find(self, relative: str) -> Path | None:
        """The file at this relative path in the last root that has one."""
        for root in reversed(self.roots):
            path = root / relative
            if path.is_file():
                return path
            if path.exists():
                self.fault(
                    path, "", "ファイルのはずの所にフォルダーがあります", "フォルダーを移すか名前を変えてください"
                )
                return None
        return None

    def files(self, folder: str, suffix: str) -> dict[str, Path]:
        """Name without suffix → file, of all roots, in name order."""
        stems = {
            path.name.removesuffix(suffix)
            for root in self.roots
            for path in _children(root / folder)
            if path.name.endswith(suffix) and not path.name.startswith((".", "~"))
        }
        found = {stem: self.find(f"{folder}/{stem}{suffix}") for stem in sorted(stems)}
        return {stem: path for stem, path in found.items() if path is not None}

    def folders(self, folder: str) -> list[str]:
        """Names of the folders below a folder, of all roots, in name order."""
        names = {path.name for root in self.roots for path in _children(root / folder) if path.is_dir()}
        return sorted(name for name in names if not name.startswith((".", "_")))

    def table(self, path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> Table:
        """The rows of a CSV file; an unreadable file is a fault and has no rows."""
        text = self._text(path)
        if text is None:
            return Table(())
        try:
            return self._rows(path, text, needed, optional)
        except csv.Error as error:
            closed = '引用符 " が閉じていない' if "unexpected end" in str(error) else f"形が正しくない（{error}）"
            self.fault(path, "", f"CSVとして{closed}ため読めません", "表計算ソフトで開いて保存し直してください")
            return Table(())

    def toml(self, path: Path) -> dict[str, Any] | None:
        """The contents of a TOML file; None when it cannot be read (which is a fault)."""
        text = self._text(path)
        if text is None:
            return None
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.fault(path, *toml_reason(error))
            return None

    def _text(self, path: Path) -> str | None:
        self.opened.append(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            self.fault(path, "", f"ファイルを開けません（{error.strerror}）", "場所と読み取りの権限を確かめてください")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            advice = "Excelでは「CSV UTF-8（コンマ区切り）」を選んで保存し直してください"
            advice = "UTF-8 で保存し直してください" if path.suffix == ".toml" else advice
            self.fault(path, f"{line}行", "文字コードがUTF-8ではありません", advice)
            return None

    def _rows(self, path: Path, text: str, needed: Sequence[str], optional: Sequence[str]) -> Table:
        comments, body = _split_comments(text)
        reader = csv.reader(io.StringIO(body, newline=""), strict=True)
        headings = [heading.strip() for heading in next(reader, [])]
        self._check_headings(path, headings, needed, optional)
        rows: list[Row] = []
        line = len(comments) + reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                self._check_width(path, line, cells, headings)
                rows.append(Row(self, path, line, dict(zip(headings, cells, strict=False))))
            line = len(comments) + reader.line_num + 1
        return Table(tuple(rows), tuple(comment.lstrip("#").strip() for comment in comments))

    def _check_headings(
        self, path: Path, headings: Sequence[str], needed: Sequence[str], optional: Sequence[str]
    ) -> None:
        known = list(dict.fromkeys([*needed, *optional]))
        if not any(headings):
            self.fault(
                path, "1行", "見出しの行がありません", f"1行目に {','.join([*needed, *optional])} と書いてください"
            )
            return
        known = [*needed, *optional]
        for heading in needed:
            if heading not in headings:
                self.fault(path, "1行", f"見出し「{heading}」の列がありません", "見出しの綴りを確かめてください")
        for heading in dict.fromkeys(headings):
            if headings.count(heading) > 1:
                self.fault(path, "1行", f"見出し「{heading}」が2回あります", "どちらかの列を消してください")
            if heading not in known:
                self.fault(path, "1行", f"見出し「{heading}」は使えません", did_you_mean(heading, known))

    def _check_width(self, path: Path, line: int, cells: Sequence[str], headings: Sequence[str]) -> None:
        if len(cells) != len(headings):
            problem = f"列が{len(headings)}個のはずですが{len(cells)}個あります"
            self.fault(path, f"{line}行", problem, 'コンマの数と、コンマを含む値を " で囲んだかを確かめてください')


def _split_comments(text: str) -> tuple[list[str], str]:
    comments: list[str] = []
    while text.startswith("#"):
        comment, _, text = text.partition("\n")
        comments.append(comment.rstrip("\r"))
    return comments, text


def _children(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return ()
