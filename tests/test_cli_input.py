"""Wrong input: one clear message, the right exit code, no traceback, and nothing written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., object]
DATA = "delivery/jutogai/jutogai.csv"
SOURCE = "mappings/jutogai/legacy/kyusys"


def listing(folder: Path) -> dict[str, int]:
    """Every path below a folder with its size (folders: -1), the audit trail aside."""
    paths = (path for path in sorted(folder.rglob("*")) if path.name != "audit.jsonl")
    return {str(path.relative_to(folder)): path.stat().st_size if path.is_file() else -1 for path in paths}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def own_map(workspace: Path, name: str) -> Path:
    """A shipped map file as the town's own copy."""
    shipped = Path(__file__).resolve().parent.parent / name
    target = workspace / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copy(shipped, target)
    return target


def missing_delivery(workspace: Path) -> None:
    shutil.rmtree(workspace / "delivery")


def delivery_is_a_file(workspace: Path) -> None:
    shutil.rmtree(workspace / "delivery")
    (workspace / "delivery").write_text("x")


def no_manifest(workspace: Path) -> None:
    (workspace / "delivery/manifest.csv").unlink()


def manifest_is_a_folder(workspace: Path) -> None:
    (workspace / "delivery/manifest.csv").unlink()
    (workspace / "delivery/manifest.csv").mkdir()


def ragged_manifest(workspace: Path) -> None:
    with (workspace / "delivery/manifest.csv").open("a", encoding="utf-8") as file:
        file.write("jutogai/jutogai2.csv,jutogai\n")


def manifest_without_column(workspace: Path) -> None:
    replace(workspace / "delivery/manifest.csv", "sha256", "hash")


def manifest_utf16(workspace: Path) -> None:
    path = workspace / "delivery/manifest.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


def totals_without_column(workspace: Path) -> None:
    replace(workspace / "delivery/totals.csv", "area,total,by,value,source", "area,total,by,atai,source")


def totals_not_a_number(workspace: Path) -> None:
    with (workspace / "delivery/totals.csv").open("a", encoding="utf-8") as file:
        file.write("jutogai,atena,,約30件,課の集計\n")


def totals_utf16(workspace: Path) -> None:
    path = workspace / "delivery/totals.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


def unknown_column(workspace: Path) -> None:
    replace(own_map(workspace, f"{SOURCE}/atena.csv"), "性別,性別,strip", "性別,性別コード,strip")


def unknown_item(workspace: Path) -> None:
    replace(own_map(workspace, f"{SOURCE}/atena.csv"), "\n性別,性別,strip", "\n性別々,性別,strip")


def unknown_transform(workspace: Path) -> None:
    replace(own_map(workspace, f"{SOURCE}/atena.csv"), "era_date:birth", "era_dat:birth")


def unknown_code_map(workspace: Path) -> None:
    replace(own_map(workspace, f"{SOURCE}/atena.csv"), ",seibetsu,", ",seibetu,")


def unknown_encoding(workspace: Path) -> None:
    replace(own_map(workspace, f"{SOURCE}/source.toml"), '"cp932"', '"cp93"')


def broken_settings(workspace: Path) -> None:
    replace(workspace / "ikou.toml", 'name = "', "name = ")


def settings_cp932(workspace: Path) -> None:
    path = workspace / "ikou.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp932"))


def settings_unknown_section(workspace: Path) -> None:
    replace(workspace / "ikou.toml", "[delivery]", "[derivery]")


def settings_unknown_key(workspace: Path) -> None:
    replace(workspace / "ikou.toml", "include_secret = false", "include_secrets = true")


def unknown_role(workspace: Path) -> None:
    replace(workspace / "ikou.toml", 'role = "owner"', 'role = "owners"')


def unknown_vendor(workspace: Path) -> None:
    replace(workspace / "ikou.toml", 'vendor = "kyusys"', 'vendor = "kyusis"')


def unknown_setting_area(workspace: Path) -> None:
    replace(workspace / "ikou.toml", "[areas.jutogai]", "[areas.jutogay]")


def unknown_layout(workspace: Path) -> None:
    replace(workspace / "ikou.toml", "[layouts]", '[layouts]\njutogai = "9.9"')


def output_unknown_key(workspace: Path) -> None:
    replace(workspace / "ikou.toml", "[output]", '[output]\nencodings = "utf-8"')


def output_wrong_value(workspace: Path) -> None:
    replace(workspace / "ikou.toml", "[output]", '[output]\nencoding = "cp932"')


def wrong_code(workspace: Path) -> None:
    replace(workspace / "ikou.toml", 'code = "', 'code = "x')


def broken_rules(workspace: Path) -> None:
    replace(own_map(workspace, "mappings/jutogai/rules.toml"), "[[rule]]", "[[rule]")


def broken_condition(workspace: Path) -> None:
    replace(own_map(workspace, "mappings/jutogai/rules.toml"), "代表宛名フラグ = '1'", "代表宛名フラグ = '1")


def map_cp932(workspace: Path) -> None:
    path = own_map(workspace, f"{SOURCE}/atena.csv")
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp932"))


def database(url: str) -> Callable[[Path], None]:
    def spoil(workspace: Path) -> None:
        replace(workspace / "ikou.toml", "[database]", f'[database]\nurl = "{url}"')

    return spoil


def run_folder_is_a_file(workspace: Path) -> None:
    (workspace / "runs").mkdir()
    (workspace / "runs" / "R1").write_text("x")


def reports_folder_is_a_file(workspace: Path) -> None:
    (workspace / "reports").write_text("x")


def output_folder_is_a_file(workspace: Path) -> None:
    (workspace / "output").write_text("x")


def untouched(workspace: Path) -> None:
    pass


CASES: dict[str, tuple[Callable[[Path], None], tuple[str, ...], tuple[str, ...]]] = {
    # name: (what is wrong, arguments after `run`, what the message must hold)
    "missing delivery": (missing_delivery, (), ("delivery がありません", "フォルダを示してください")),
    "delivery is a file": (delivery_is_a_file, (), ("delivery がフォルダではありません",)),
    "no manifest": (no_manifest, (), ("manifest.csv がありません",)),
    "manifest is a folder": (manifest_is_a_folder, (), ("manifest.csv",)),
    "ragged manifest": (ragged_manifest, (), ("manifest.csv", "3 行目", "列")),
    "manifest without column": (manifest_without_column, (), ("manifest.csv", "sha256 の列がありません")),
    "manifest utf-16": (manifest_utf16, (), ("manifest.csv", "UTF-8 かシフトJIS で保存し直して")),
    "totals without column": (totals_without_column, (), ("totals.csv", "value")),
    "totals utf-16": (totals_utf16, (), ("totals.csv", "UTF-8")),
    "unknown column": (unknown_column, (), ("atena.csv", "12行", "性別コード", "「性別」")),
    "unknown item": (unknown_item, (), ("atena.csv", "12行", "性別々")),
    "unknown transform": (unknown_transform, (), ("atena.csv", "13行", "era_dat", "「era_date」")),
    "unknown code map": (unknown_code_map, (), ("atena.csv", "12行", "seibetu", "「seibetsu」")),
    "unknown encoding": (unknown_encoding, (), ("cp93", "cp932")),
    "map in cp932": (map_cp932, (), ("atena.csv", "2行", "UTF-8")),
    "broken settings": (broken_settings, (), ("ikou.toml", "5行", '文字は " で囲んで')),
    "settings in cp932": (settings_cp932, (), ("ikou.toml", "1行", "UTF-8 で保存し直して")),
    "unknown section": (settings_unknown_section, (), ("ikou.toml", "[derivery]", "「delivery」")),
    "unknown key": (settings_unknown_key, (), ("ikou.toml", "[run] include_secrets", "「include_secret」")),
    "unknown role": (unknown_role, (), ("ikou.toml", "[areas.jutogai] role", "「owner」")),
    "unknown vendor": (unknown_vendor, (), ("ikou.toml", "kyusis", "kyusys")),
    "unknown area in settings": (unknown_setting_area, (), ("jutogay", "jutogai")),
    "unknown layout": (unknown_layout, (), ("jutogai", "9.9")),
    "unknown output key": (output_unknown_key, (), ("ikou.toml", "[output] encodings", "「encoding」")),
    "wrong output value": (output_wrong_value, (), ("ikou.toml", "[output] encoding", "cp932")),
    "wrong town code": (wrong_code, (), ("ikou.toml", "[municipality] code", "6桁")),
    "broken rules": (broken_rules, (), ("rules.toml", "3行")),
    "broken condition": (broken_condition, (), ("rules.toml", "COM-01")),
    "unknown area": (untouched, ("--area", "jutogay"), ("jutogay", "「jutogai」")),
    "unknown stage": (untouched, ("--to", "loed"), ("loed", "「load」")),
    "stages the wrong way round": (untouched, ("--from", "verify", "--to", "extract"), ("verify", "extract")),
    "impossible name": (untouched, ("--rehearsal", "../R1"), ("../R1",)),
    "closed port": (database("postgresql://ikou@127.0.0.1:1/ikou"), (), ("127.0.0.1:1", "接続")),
    "unknown database": (database("oracle://ikou@localhost/ikou"), (), ("oracle", "postgresql://")),
    "unreadable url": (database("これは違う"), (), ("postgresql://",)),
    "password in the url": (database("postgresql://ikou:Himitsu9@db.example.jp/ikou"), (), ("パスワード", "環境変数")),
    "unset password": (database("postgresql://ikou:${IKOU_TEST_NO_SUCH}@localhost/ikou"), (), ("IKOU_TEST_NO_SUCH",)),
    "sqlite without folder": (database("sqlite:///nai/nai/town.db"), (), ("nai/nai", "フォルダ")),
    "sqlite is a folder": (database("sqlite:////tmp"), (), ("/tmp", "ファイルを開けません")),
    "run folder is a file": (run_folder_is_a_file, (), ("runs/R1",)),
    "reports folder is a file": (reports_folder_is_a_file, (), ("reports",)),
    "output folder is a file": (output_folder_is_a_file, (), ("output",)),
}


@pytest.mark.parametrize("case", CASES)
def test_wrong_input_is_told_before_anything_is_written(case: str, workspace: Path, ikou: Call) -> None:
    spoil, arguments, words = CASES[case]
    spoil(workspace)
    before = listing(workspace)
    said = ikou("run", "-w", workspace, *arguments)
    assert said.code == 2, said
    assert said.err.count("エラー:") == 1
    assert not said.out
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.err
    assert "Himitsu9" not in said.err
    assert listing(workspace) == before


def test_a_folder_that_cannot_be_written_is_told(workspace: Path, ikou: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as a user who may write anywhere, so the question to the system is answered here."""
    monkeypatch.setattr("migration.before_start.os.access", lambda path, _: Path(path).name != "reports")
    (workspace / "reports").mkdir()
    before = listing(workspace)
    said = ikou("run", "-w", workspace)
    assert said.code == 2
    assert "reports に書き込めません" in said.err
    assert listing(workspace) == before


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (
            '[[figures]]\narea = "jutogai"\ntotal = "atena"\nvalue = "3"\nsorce = "月報"\n',
            ("1件目 sorce", "「source」"),
        ),
        ('[[figures]]\narea = "jutogai"\n', ("1件目", "total、value がありません")),
        ("figures = 3\n", ("[[figures]]", "1件ずつ")),
    ],
)
def test_figures_typed_wrongly_are_told(setting: str, words: tuple[str, ...], workspace: Path, ikou: Call) -> None:
    path = workspace / "ikou.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(setting + text if setting.startswith("figures") else text + setting, encoding="utf-8")
    said = ikou("run", "-w", workspace)
    assert said.code == 2, said
    for word in words:
        assert word in said.err


def test_every_fault_is_told_at_once(workspace: Path, ikou: Call) -> None:
    unknown_column(workspace)
    unknown_transform(workspace)
    said = ikou("run", "-w", workspace)
    assert said.code == 2
    assert "定義ファイルに 3 件の誤り" in said.err
    assert "12行" in said.err
    assert "13行" in said.err
