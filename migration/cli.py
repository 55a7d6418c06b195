"""The `ikou` command: one sub-command per module of migration/commands.

Exit codes: 0 done and clean · 1 done, findings or differences block · 2 the input or mapping is wrong
· 3 gate: not ready.
"""

from __future__ import annotations

import os
import sys

import typer
from polars.exceptions import PolarsError
from rich.markup import escape

from mappings.errors import UserError
from migration import __version__
from migration.before_start import told
from migration.commands import (
    delivery,
    demo,
    diff,
    explain,
    gate,
    mapping,
    moji,
    review,
    run,
    spec,
    start,
    status,
    transform,
)
from migration.commands.terminal import err, out

app = typer.Typer(
    name="ikou",
    help="移行: 現行システムのデータを標準準拠システムへ移し、何も失われていないことを示します。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its frames show local values: personal data
    add_completion=False,
)
app.command("demo")(demo.demo)
app.command("sample")(start.sample)
app.command("init")(start.init)
app.command("status")(status.status)
app.command("receive")(delivery.receive)
app.command("run")(run.run)
app.add_typer(spec.app, name="spec", help="標準レイアウト: 取込・一覧・表示・版の比較")
app.add_typer(mapping.app, name="mapping", help="項目対応（マッピング）: 検査・帳票・比較")
app.add_typer(moji.app, name="moji", help="外字: 一覧・候補・文字同定の決定")
app.command("diff")(diff.diff)
app.command("explain")(explain.explain)
app.add_typer(review.app, name="review", help="原課への確認票: 書き出し・取り込み・回答状況")
app.command("gate")(gate.gate)
app.command("transform")(transform.transform)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="版を表示する")) -> None:
    if version:
        out.print(f"ikou {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command; what a person can fix becomes a message and exit code 2, a bug keeps its traceback."""
    try:
        app()
    except UserError as error:
        err.print(f"[bold red]エラー[/]: {escape(str(error))}")
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (OSError, PolarsError) as error:
        message = told(error)
        if message is None:
            raise
        err.print(f"[bold red]エラー[/]: {escape(message)}")
        sys.exit(2)
