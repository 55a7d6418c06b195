"""The `ikou` command: one sub-command per module of migration/commands.

Exit codes: 0 done and clean · 1 done, findings or differences block · 2 the input or mapping is wrong
· 3 gate: not ready.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer
from polars.exceptions import PolarsError
from rich.markup import escape

from mappings.errors import UserError
from migration import __version__
from migration.commands.menu import Commands, Entry, menu_of
from migration.commands.misuse import misuse
from migration.commands.terminal import err, out
from migration.disk_faults import told

ENTRIES = {
    "demo": Entry("demo:demo", "架空の町で最初から最後まで試す"),
    "sample": Entry("start:sample", "架空の町の受渡データを作る"),
    "init": Entry("start:init", "作業領域を作る"),
    "receive": Entry("delivery:receive", "受渡データの受入検査"),
    "run": Entry("run:run", "移行リハーサル: 抽出・変換・検査・投入・照合・帳票"),
    "status": Entry("status:status", "進み具合と、次にすること"),
    "review": Entry("review:app", "原課への確認票: 書き出し・取り込み・回答状況"),
    "gate": Entry("gate:gate", "移行判定: 本番移行を妨げているものの一覧"),
    "explain": Entry("explain:explain", "値がどの記録から、どの規則で来たか"),
    "diff": Entry("diff:diff", "2つの表をキーで合わせ、値を1つずつ比べる"),
    "spec": Entry("spec:app", "標準レイアウト: 取込・一覧・表示・版の比較"),
    "mapping": Entry("mapping:app", "項目対応（マッピング）: 検査・帳票・比較・作成"),
    "moji": Entry("moji:app", "外字: 一覧・候補・文字同定の決定"),
    "transform": Entry("transform:transform", "変換を値に掛けてみる"),
}

app = Commands(
    cls=menu_of(ENTRIES),
    name="ikou",
    help="移行: 現行システムのデータを標準準拠システムへ移し、何も失われていないことを示します。",
)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="版を表示する")) -> None:
    if version:
        out.print(f"ikou {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command; what a person can fix becomes a message and exit code 2, a bug keeps its traceback."""
    try:
        sys.exit(app(prog_name="ikou", standalone_mode=False) or 0)
    except typer.TyperException as error:
        _refuse(misuse(error))
    except UserError as error:
        _refuse(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (OSError, PolarsError) as error:
        message = told(error)
        if message is None:
            raise
        _refuse(message)


def _refuse(message: str) -> NoReturn:
    err.print(f"[bold red]エラー[/]: {escape(message)}")
    sys.exit(2)
