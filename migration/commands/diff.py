"""`ikou diff`: what differs between two tables, files, folders, runs or databases."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from mappings.errors import InputError, shown_path
from migration.commands.terminal import JsonOption, out, print_json
from migration.comparing import DIFFERENT, NOTHING, Compared, compare, lines
from migration.diff_sources import open_side

SHOWN_LINES = 20
SHOWN_KEY = 40


def diff(
    left: Annotated[
        str, typer.Argument(help="左: ファイル、フォルダ、リハーサルのフォルダ、または データベースURL#表")
    ],
    right: Annotated[str, typer.Argument(help="右: 同じ")],
    key: Annotated[list[str] | None, typer.Option("--key", "-k", help="行を1つに決める項目。何度でも")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="比べない項目。何度でも")] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="CSV の文字コード: utf-8、cp932、utf-16")] = "utf-8",
    save: Annotated[Path | None, typer.Option("--out", help="すべての差異を書くファイル（.csv か .parquet）")] = None,
    json: JsonOption = False,
) -> None:
    """キーで行を合わせ、値を1つずつ比べる。終了コード: 0 同じ、1 違いがある、2 比べられない。

    例: ikou diff runs/R1 runs/R2
        ikou diff 旧.csv sqlite:///town.db#jumin_juminhyo --key 宛名番号 --encoding cp932
    """
    if save is not None and save.suffix not in (".csv", ".parquet"):
        raise InputError(f"{shown_path(save)}: --out のファイル名は .csv か .parquet で終わらせてください。")
    with tempfile.TemporaryDirectory(prefix="ikou-diff-") as scratch:
        sides = [open_side(place, encoding, Path(scratch) / str(side)) for side, place in enumerate((left, right))]
        answers = compare(sides[0], sides[1], tuple(key or ()), tuple(ignore or ()))
    found = lines(answers)
    if save is not None:
        _save(found, save)
    if json:
        print_json({"result": _result(answers), "tables": [_summary(one) for one in answers]})
    else:
        _say(answers, found, save)
    if _result(answers) == DIFFERENT:
        raise typer.Exit(1)
    if _result(answers) == NOTHING:
        raise InputError("1行も比べていない表があります。0件の照合は「一致」にしません。")


def _result(answers: Sequence[Compared]) -> str:
    results = {one.result for one in answers}
    return next((result for result in (DIFFERENT, NOTHING) if result in results), "一致")


def _summary(one: Compared) -> dict[str, object]:
    if one.answer is None:
        return {"table": one.table, "result": one.result, "only": one.only}
    answer = one.answer
    return {
        "table": one.table,
        "result": one.result,
        "key": list(answer.key),
        "left_rows": answer.left_rows,
        "right_rows": answer.right_rows,
        "compared": answer.compared,
        "missing": len(answer.missing),
        "added": len(answer.added),
        "cells": len(answer.cells),
        "duplicate_keys": len(answer.duplicates),
        "left_only_columns": list(answer.left_only),
        "right_only_columns": list(answer.right_only),
        "columns": answer.columns.filter(pl.col("differing") > 0).to_dicts(),
    }


def _say(answers: Sequence[Compared], found: pl.DataFrame, save: Path | None) -> None:
    table = Table("表", "左の行", "右の行", "比べた行", "右にない", "左にない", "違う値", "重複キー", "結果")
    for one in answers:
        table.add_row(*_cells(one))
    out.print(table)
    for one in answers:
        for text in _columns(one):
            out.print(escape(text))
    for line in found.head(SHOWN_LINES).iter_rows(named=True):
        out.print(escape(_line(line)))
    if len(found) > SHOWN_LINES:
        out.print(
            f"ほか {len(found) - SHOWN_LINES:,} 件。" + ("" if save else "すべては --out 差異.csv で書き出せます。")
        )
    if save is not None:
        out.print(f"差異 {len(found):,} 件を {escape(shown_path(save))} に書きました。")


def _cells(one: Compared) -> list[str]:
    if one.answer is None:
        return [escape(one.table), *[""] * 7, f"{one.only}にだけある"]
    answer = one.answer
    numbers = (answer.left_rows, answer.right_rows, answer.compared)
    counts = (len(answer.missing), len(answer.added), len(answer.cells), len(answer.duplicates))
    return [escape(one.table) or "-", *(f"{number:,}" for number in (*numbers, *counts)), one.result]


def _columns(one: Compared) -> list[str]:
    if one.answer is None:
        return []
    name = f"{one.table} " if one.table else ""
    sides = (("左", one.answer.left_only), ("右", one.answer.right_only))
    said = [f"{name}{side}にだけある項目: {'、'.join(columns)}" for side, columns in sides if columns]
    differing = one.answer.columns.filter(pl.col("differing") > 0).select("item", "differing")
    return said + [f"{name}{item}: {count:,} 件の値が違う" for item, count in differing.iter_rows()]


def _line(line: dict[str, str | None]) -> str:
    place = " ".join(part for part in (line["table"], line["kind"], f"[{line['key']}]", line["item"]) if part)
    if line["left"] is None and line["right"] is None:
        return place
    left, right = ("（空）" if line[side] is None else f"「{line[side]}」" for side in ("left", "right"))
    return f"{place}: {left} → {right}"


def _save(found: pl.DataFrame, path: Path) -> None:
    """Parquet holds the values as they are; CSV is opened in spreadsheets: texts that would calculate get a quote."""
    try:
        if path.suffix == ".parquet":
            found.write_parquet(path)
        else:
            found.with_columns(map(_defused, found.columns)).write_csv(path, include_bom=True, line_terminator="\r\n")
    except OSError:
        raise InputError(
            f"{shown_path(path)} に書けません。フォルダがあるか、書き込めるかを確かめてください。"
        ) from None


def _defused(name: str) -> pl.Expr:
    value = pl.col(name)
    return (
        pl.when(value.str.contains("^[=+\\-@\t\r]"))
        .then(pl.concat_str(pl.lit("'"), value))
        .otherwise(value)
        .alias(name)
    )
