"""`ikou transform`: what a transform makes of values, one JSON object a line; and the manual of all of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mappings.errors import InputError, MappingError, did_you_mean
from mappings.legacy_source import Transform
from migration.commands.terminal import WorkspaceOption, out, print_json
from migration.transforms import SETTINGS, TRANSFORMS
from migration.transforms.chain import Told, through
from migration.transforms.references import References
from migration.workspace import open_workspace

JOINED = "（項目対応表の A+B でだけ使えます）"


def transform(
    name: Annotated[str, typer.Argument(help="変換の名前。引数は :ARG、続けるときは空白で区切って '…' で囲む")] = "",
    values: Annotated[list[str] | None, typer.Argument(help="値。省略すると標準入力から1行1件")] = None,
    listing: Annotated[bool, typer.Option("--list", help="すべての変換と説明を一覧する")] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="名前=値。ikou.toml の [references] と同じもの。何度でも")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="--list を JSON で書く（値の結果は常に JSON）")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """変換を値に掛けてみる。1件ごとに input・output・flags・rule を JSON で1行に書く。

    例: ikou transform era_date:birth 昭和45年3月1日
    """
    if listing:
        _list(as_json)
        return
    if not name:
        raise InputError("変換の名前がありません。例: ikou transform era_date:birth 昭和45年3月1日（一覧は --list）")
    references = _references(setting or [], workspace)
    for told in through(_steps(name), _texts(values), references):
        sys.stdout.write(json.dumps(_shown(told), ensure_ascii=False) + "\n")


def _texts(values: Sequence[str] | None) -> Iterable[str]:
    if values:
        return values
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    return _lines(sys.stdin)


def _lines(lines: Iterable[str]) -> Iterator[str]:
    """Standard input a line at a time, without its line end; other white space belongs to the value."""
    for number, line in enumerate(lines, start=1):
        text = line.removesuffix("\n").removesuffix("\r")
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            raise InputError(f"標準入力の {number}行 が UTF-8 ではありません。UTF-8 に直してから渡してください。")
        yield text


def _steps(text: str) -> list[Transform]:
    steps = []
    for word in text.split():
        name, _, argument = word.partition(":")
        spec = TRANSFORMS.get(name)
        if spec is None:
            raise InputError(
                f"変換「{name}」はありません。{did_you_mean(name, TRANSFORMS)} 一覧は ikou transform --list"
            )
        if problem := spec.argument.problem(argument):
            raise InputError(f"変換「{word}」: {problem}。{spec.argument.manual}")
        if spec.first:
            raise InputError(f"変換「{name}」は1つの値には掛けられません{JOINED}。")
        steps.append(Transform(name, argument))
    return steps


def _references(settings: Sequence[str], workspace: Path | None) -> References:
    """The town's settings where there is a workspace, and those typed in, whose paths are from the working folder."""
    try:
        town = open_workspace(workspace)
    except InputError:
        if workspace is not None:
            raise
        given, root = {}, Path.cwd()
    else:
        given, root = dict(town.references), town.root
    for one in settings:
        name, sign, value = one.partition("=")
        if not sign:
            raise InputError(f"--set {one} は「名前=値」の形ではありません。例: --set towns=mt_town.csv")
        known = SETTINGS.get(name)
        given[name] = str(Path(value).resolve()) if known is not None and known.file else value
    references = References(given, root)
    if faults := references.faults("--set または ikou.toml", SETTINGS.values()):
        raise MappingError(faults)
    return references


def _shown(told: Told) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "input": told.text,
        "output": told.value,
        "flags": list(told.flags),
        "rule": told.rule,
        "severity": told.severity,
        "message": told.message,
    }
    return shown | ({"parts": dict(told.parts)} if told.parts else {})


def _list(as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "name": spec.name,
            "manual": spec.manual,
            "argument": spec.argument.manual,
            "choices": list(spec.argument.choices),
            "argument_optional": spec.argument.optional or not spec.argument.manual,
            "settings": [setting.name for setting in spec.settings],
            "rule": spec.rule,
        }
        for spec in TRANSFORMS.values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        argument = f"[引数: {row['argument']}]" if row["argument"] else ""
        needs = f"[設定: {'、'.join(row['settings'])}]" if row["settings"] else ""
        out.print(f"{row['name']:<18}{row['manual']} {argument}{needs}".rstrip(), markup=False)
    out.print("\n設定（ikou.toml の [references]、または --set 名前=値）", markup=False)
    for setting in SETTINGS.values():
        out.print(f"{setting.name:<18}{setting.manual}", markup=False)
