"""`ikou mapping copybook`: a COBOL copybook as the definition of a legacy table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mappings.errors import InputError, did_you_mean
from mappings.source_files import RECORDS
from migration.commands.terminal import JsonOption, out, print_json
from migration.copybook import Definition, definition, read_copybook
from migration.copybook.sentences import FORMS


def copybook(
    file: Annotated[Path, typer.Argument(help="COBOL の登録集（コピー句）。レコード1つ。UTF-8 かシフトJIS")],
    table: Annotated[str, typer.Option("--table", help="現行テーブルの名前（半角英小文字・数字・_）")],
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="現行システムのフォルダ。columns/ に列の一覧を書く")
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="文字コード（実物に合わせて確かめる）")] = "ibm930",
    records: Annotated[str, typer.Option("--records", help="可変長のとき rdw か bdw")] = "",
    form: Annotated[str, typer.Option("--form", help="auto、fixed（7〜72桁）、free（自由形式）")] = "auto",
    json: JsonOption = False,
) -> None:
    """COBOL の登録集から、現行テーブルの列の一覧（columns/<table>.csv）と source.toml の1節を作る。

    例: ikou mapping copybook TOCHI.cpy --table tochi --out mappings/kotei/legacy/kyusys
    """
    _check(table, records, form)
    layout = read_copybook(_text(file), file.name, form)
    made = definition(layout, table, encoding, records)
    if out_dir:
        _write(out_dir, table, made)
    if json:
        sizes = {"columns": len(layout.columns), "redefines": len(layout.others), "record_length": layout.length}
        print_json({"table": table, **sizes, "source_toml": made.stanza, "ignored_csv": made.ignored})
        return
    out.print(f"{layout.name}: {len(layout.columns)} 列、{layout.length} バイト")
    if out_dir:
        out.print(f"{escape(str(out_dir / 'columns' / f'{table}.csv'))} に列の一覧を書きました。")
    else:
        _show(f"columns/{table}.csv", made.columns)
    _show("source.toml に書き足す節", made.stanza)
    _show("ignored.csv に書き足す行（中身がないことを ikou run の調査報告で確かめてから）", made.ignored)
    _show("REDEFINES の別の見方。使うほうを columns に選んでください", made.redefines)


def _check(table: str, records: str, form: str) -> None:
    if not re.fullmatch("[a-z][a-z0-9_]*", table):
        raise InputError(
            f"テーブルの名前「{table}」は使えません。半角の英小文字で始め、英小文字・数字・_ で書いてください。"
        )
    if records and records not in RECORDS:
        raise InputError(f"--records「{records}」は使えません。{did_you_mean(records, RECORDS)}。")
    if form not in FORMS:
        raise InputError(f"--form「{form}」は使えません。{did_you_mean(form, FORMS)}。")


def _text(file: Path) -> str:
    if not file.is_file():
        raise InputError(f"登録集 {file} がありません。場所を確かめてください。")
    data = file.read_bytes()
    for name in ("utf-8-sig", "cp932"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise InputError(f"登録集 {file} は UTF-8 でもシフトJIS でもありません。文字コードを直してください。")


def _write(folder: Path, table: str, made: Definition) -> None:
    columns = folder / "columns" / f"{table}.csv"
    if columns.exists():
        raise InputError(
            f"{columns} がもうあります。上書きはしません。別の --out を指定するか、古いものを移してください。"
        )
    columns.parent.mkdir(parents=True, exist_ok=True)
    columns.write_text(made.columns, encoding="utf-8")


def _show(title: str, text: str) -> None:
    if text:
        out.print(f"\n[bold]{title}[/]")
        out.print(text.rstrip("\n"), markup=False)
