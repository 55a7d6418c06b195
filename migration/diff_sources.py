"""What `ikou diff` can be pointed at: a file, a folder of files, a run, a database or one of its tables."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from mappings.errors import InputError, did_you_mean, shown_path
from migration.database import database_errors, open_engine
from migration.read_back import read_columns

ENCODINGS = {"utf-8": "utf-8-sig", "cp932": "cp932", "utf-16": "utf-16"}
SEPARATORS = {".csv": ",", ".tsv": "\t"}
SUFFIXES = (".parquet", *SEPARATORS)
BESIDE_FRAMES = ("findings", "changes", "lineage", "quarantine", "coverage")  # files that lie beside a run's frames
CONVERTED = Path("stages") / "convert"
COPY_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its tables by name ('' when there is only one), whatever they were read from."""

    shown: str
    tables: Mapping[str, pl.LazyFrame]
    run: Path | None = None  # the run's folder when it is one


def open_side(place: str, encoding: str, scratch: Path) -> Side:
    """The tables at `place`. `scratch`: an empty folder for what must be staged; the caller removes it."""
    if encoding not in ENCODINGS:
        raise InputError(f"文字コード「{encoding}」は使えません。{did_you_mean(encoding, ENCODINGS)}")
    scratch.mkdir(parents=True, exist_ok=True)
    if "://" in place:
        return _database(place, scratch)
    path = Path(place)
    if path.is_dir():
        return _folder(path, encoding, scratch)
    if not path.is_file():
        raise InputError(f"{place} がありません。ファイル、フォルダ、または「データベースURL#表」を示してください。")
    return Side(shown_path(path), {"": _file(path, encoding, scratch)})


def _database(place: str, scratch: Path) -> Side:
    url, _, table = place.partition("#")
    engine = open_engine(url)
    with database_errors(engine):
        inspector = sa.inspect(engine)
        known = inspector.get_table_names()
        if table and table not in known:
            raise InputError(f"データベースに表「{table}」がありません。{did_you_mean(table, known)}")
        frames: dict[str, pl.LazyFrame] = {}
        for name in [table] if table else sorted(known):
            columns = [column["name"] for column in inspector.get_columns(name)]
            folder = scratch / f"{len(frames)}"
            folder.mkdir()
            frames["" if table else name] = read_columns(name, columns, engine, folder)
    if not frames:
        raise InputError("データベースに表が1つもありません。")
    return Side(table or "データベース", frames)


def _folder(path: Path, encoding: str, scratch: Path) -> Side:
    run = path if (path / CONVERTED).is_dir() else None
    base = path / CONVERTED if run else path
    frames: dict[str, pl.LazyFrame] = {}
    for file in sorted(_files(base)):
        if run and file.stem.rpartition(".")[2] in BESIDE_FRAMES:
            continue
        name = file.relative_to(base).with_suffix("").as_posix()
        if name in frames:
            raise InputError(f"{shown_path(path)} に {name} という名前のファイルが2つあります。一方を除いてください。")
        frame = _file(file, encoding, scratch / f"{len(frames)}")
        frames[name] = frame.drop("record_id") if run else frame
    if not frames:
        raise InputError(f"{shown_path(path)} に照合できるファイル（{'、'.join(SUFFIXES)}）がありません。")
    return Side(shown_path(path), frames, run)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix.lower() in SUFFIXES and not hidden:
            yield path


def _file(path: Path, encoding: str, scratch: Path) -> pl.LazyFrame:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"{shown_path(path)} は照合できない種類のファイルです。使えるのは {'、'.join(SUFFIXES)} です。"
        )
    try:
        if suffix == ".parquet":
            frame = pl.scan_parquet(path, glob=False)
        else:
            frame = _csv(path, encoding, scratch, SEPARATORS[suffix])
        frame.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise unreadable(shown_path(path), error) from None
    return frame


def unreadable(shown: str, error: BaseException) -> InputError:
    """Says which file cannot be read; what Polars says may quote the data, so it is not passed on."""
    return InputError(
        f"{shown} が表として読めません（{type(error).__name__}）。"
        "列の数がそろっているか、壊れていないかを確かめてください。"
    )


def _csv(path: Path, encoding: str, scratch: Path, separator: str) -> pl.LazyFrame:
    """All columns as text; an empty field is NULL whether quoted or not."""
    source = _as_utf8(path, encoding, scratch)
    frame = pl.scan_csv(source, infer_schema=False, separator=separator, glob=False, null_values=[""])
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _as_utf8(path: Path, encoding: str, scratch: Path) -> Path:
    """The file itself when it is UTF-8, otherwise a copy of it in UTF-8; an InputError when the encoding is another."""
    codec = ENCODINGS[encoding]
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / "utf-8.csv"
    keep = codec != "utf-8-sig"
    reader = codecs.getreader(codec)
    try:
        with path.open("rb") as file, copy.open("w", encoding="utf-8", newline="") as target:
            texts = reader(file)
            while text := texts.read(COPY_CHARACTERS):
                if keep:
                    target.write(text)
    except UnicodeDecodeError:
        advice = "--encoding cp932 を試してください。" if encoding == "utf-8" else "--encoding を確かめてください。"
        raise InputError(f"{shown_path(path)} は {encoding} として読めません。{advice}") from None
    return copy if keep else path
