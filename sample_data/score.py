"""The score of a run over a town with planted faults: found, missed, and what was found besides.

`python -m sample_data.score WORKSPACE [RUN] [--page FILE]` prints it (and writes docs/faults.md). A planted fault is
found when there is a finding under its rule at its table and key, or, for a fault in the bytes of a record, at its
file and record. A side finding is neither planted nor one that a fault cannot help setting off (`also` of the
catalogue).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sample_data.faults import PARTNER, PLANTED, TRUTH, Fault, catalogue

_SHORTEST = 4  # digits of a number that names a person or a thing
_OF_FILES = ("RCV", "REC", "LOD", "PRF")  # rules whose findings are about files, totals and tables, not about a record
_LAYERS = {
    "record": "記録",
    "field": "項目",
    "history": "履歴",
    "reference": "参照",
    "code": "コード",
    "bytes": "バイト",
    "manifest": "目録",
    "total": "合計",
    "cross-area": "業務間",
}


@dataclass(frozen=True, slots=True)
class Score:
    """`planted`: the truth with `found` and `departments` (those of the findings). `side`: findings nobody planted."""

    planted: pl.DataFrame
    side: pl.DataFrame
    records: int

    @property
    def missed(self) -> pl.DataFrame:
        return self.planted.filter(~pl.col("found"))

    @property
    def misdirected(self) -> pl.DataFrame:
        """Planted faults found, but told to no department or to another one."""
        right = pl.col("departments").list.len() == 1, pl.col("departments").list.first() == pl.col("department")
        return self.planted.filter(pl.col("found") & ~(right[0] & right[1]))

    @property
    def side_per_thousand(self) -> float:
        """False alarms per 1,000 delivered records; information (I) asks nobody anything."""
        return 1000 * self.alarms / self.records if self.records else 0.0

    @property
    def alarms(self) -> int:
        """Side findings of severity E and W."""
        return self.side.filter(pl.col("severity") != "I").height

    def table(self, by: str) -> pl.DataFrame:
        """planted and found per `area` or `layer`, in the order of the catalogue; partners count."""
        return self.planted.group_by(by, maintain_order=True).agg(planted=pl.len(), found=pl.col("found").sum())


def score(truth: pl.DataFrame, findings: pl.DataFrame, records: int) -> Score:
    """Truth and findings matched. `truth` has the columns TRUTH as text, `findings` those of findings.parquet."""
    layers = pl.DataFrame([(f.id, f.layer) for f in catalogue()], schema=["fault", "layer"], orient="row")
    numbered = findings.with_row_index("finding")
    planted = truth.join(layers, on="fault", how="left", maintain_order="left").with_row_index("fault_no")
    matches = pl.concat([_by_key(planted, numbered), _by_record(planted, numbered)]).unique(maintain_order=True)
    told = matches.join(numbered.select("finding", said="department"), on="finding", how="left").group_by("fault_no")
    planted = planted.join(told.agg(departments=pl.col("said").unique().sort()), on="fault_no", how="left")
    planted = planted.sort("fault_no").with_columns(found=pl.col("departments").is_not_null())
    explained = pl.concat([matches.select("finding"), _explained(planted, numbered)]).unique()
    return Score(planted, findings.filter(~_rows_of(explained, findings.height)), records)


def read_score(workspace: Path, run: str) -> Score:
    """The score of a finished run of a demo workspace."""
    truth = pl.read_csv(workspace / "truth" / "faults.csv", infer_schema=False, empty_string_is_null=False)
    files = pl.read_parquet(workspace / "runs" / run / "stages" / "receive" / "files.parquet")
    findings = pl.read_parquet(workspace / "runs" / run / "findings.parquet")
    return score(truth.select(TRUTH), findings, int(files["records"].sum() or 0))


def report(result: Score) -> str:
    """The score in words, as Markdown."""
    planted, partners = (result.planted.filter(pl.col("role") == role) for role in (PLANTED, PARTNER))
    found = int(planted["found"].sum())
    share = f"{100 * found / planted.height:.1f}%" if planted.height else "—"
    lines = [
        f"- 仕込んだ誤り {planted.height:,} 件のうち、その規則で指摘したもの {found:,} 件（{share}）",
        f"- 対になる記録など、一緒に指摘されるもの {partners.height:,} 件のうち {int(partners['found'].sum()):,} 件",
        f"- 仕込んでいないエラー・疑義 {result.alarms:,} 件（{result.records:,} レコード。"
        f"1,000レコードあたり {result.side_per_thousand:.2f} 件）、情報（I） {result.side.height - result.alarms:,} 件",
        "",
        *_counts(result, "area", "業務"),
        *_counts(result, "layer", "誤りの場所"),
    ]
    for row in result.missed.iter_rows(named=True):
        place = row["key"] or f"{row['file']} {row['record']}件目"
        lines.append(f"- 見つからない: {row['fault']} {row['table']} {place}（{row['expected_rule']}）")
    for (area, rule, severity), rows in result.side.group_by("area", "rule", "severity", maintain_order=True):
        lines.append(f"- 仕込んでいない指摘: {area} {rule}（{severity}） {rows.height:,} 件")
    return "\n".join(lines).rstrip() + "\n"


def _by_key(planted: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    named = planted.filter((pl.col("key") != "") | (pl.col("file") == "")).rename({"expected_rule": "rule"})
    return named.join(findings, on=["area", "table", "key", "rule"], how="inner").select("fault_no", "finding")


def _by_record(planted: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    damaged = planted.filter(pl.col("record") != "").with_columns(pl.col("record").cast(pl.Int64))
    same = ["area", "rule", "file", "record"]
    matched = damaged.rename({"expected_rule": "rule"}).join(findings, on=same, how="inner")
    return matched.select("fault_no", "finding")


def _explained(planted: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Findings that a planted fault cannot help setting off: under a rule of its `also`, about the same record."""
    rows = [(fault.id, rule) for fault in catalogue() for rule in fault.also if "/" not in rule]
    also = pl.DataFrame(rows, schema={"fault": pl.String, "rule": pl.String}, orient="row")
    expected = planted.join(also, on="fault", how="inner").with_columns(_subject())
    pairs = findings.with_columns(_subject()).join(expected, on=["area", "rule"], how="inner", suffix="_planted")
    whole = pl.col("rule").str.slice(0, 3).is_in(_OF_FILES)
    same_key = (pl.col("subject") != "") & (pl.col("subject") == pl.col("subject_planted"))
    same_record = (pl.col("file") == pl.col("file_planted")) & (
        pl.col("record").cast(pl.String) == pl.col("record_planted")
    )
    here = pairs.filter(whole | same_key | same_record.fill_null(False)).select("finding")
    return pl.concat([here, _explained_elsewhere(planted, findings)])


def _explained_elsewhere(planted: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """The same in other areas ('AREA/RULE'): a number of the finding's key or value is one of those touched."""
    rows = [(fault.id, *rule.split("/")) for fault in catalogue() for rule in fault.also if "/" in rule]
    elsewhere = pl.DataFrame(rows, schema=dict.fromkeys(("fault", "in_area", "rule"), pl.String), orient="row")
    expected = planted.join(elsewhere, on="fault", how="inner").select(
        "in_area", "rule", number=_numbers("related", ";")
    )
    shown = findings.with_columns(told=pl.concat_str("key", "value", separator="|", ignore_nulls=True))
    parts = shown.select("finding", "area", "rule", number=_numbers("told", "|")).explode("number").drop_nulls()
    return parts.join(
        expected.explode("number").drop_nulls().unique(),
        left_on=["area", "rule", "number"],
        right_on=["in_area", "rule", "number"],
        how="semi",
    ).select("finding")


def _numbers(column: str, mark: str) -> pl.Expr:
    """The numbers in a text, without leading zeros; what is too short to be anybody's number is left out."""
    plain = pl.element().str.strip_chars().str.strip_chars_start("0")
    return pl.col(column).str.split(mark).list.eval(plain.filter(plain.str.len_chars() >= _SHORTEST))


def _subject() -> pl.Expr:
    """The person, vehicle, … of a key: its longest part (the others are years and serial numbers)."""
    parts = pl.col("key").str.split("|")
    longest = parts.list.get(parts.list.eval(pl.element().str.len_chars()).list.arg_max(), null_on_oob=True)
    return longest.fill_null("").alias("subject")


def _rows_of(numbers: pl.DataFrame, height: int) -> pl.Series:
    return pl.int_range(height, dtype=pl.UInt32, eager=True).is_in(numbers["finding"].to_list())


def _counts(result: Score, by: str, title: str) -> Iterator[str]:
    yield f"| {title} | 仕込んだ数（対を含む） | 見つかった数 |"
    yield "|---|--:|--:|"
    for name, planted, found in result.table(by).rows():
        yield f"| {_LAYERS.get(name, name) or '（業務なし）'} | {planted:,} | {found:,} |"
    yield ""


def page(result: Score, residents: int, seed: int) -> str:
    """docs/faults.md: the catalogue, and the score of the town it was measured on."""
    return "\n".join(
        [
            "# 仕込んだ誤りの目録と検出の成績",
            "",
            "<!-- generated by `nox -s faults`; edit faults.csv of the area in sample_data/areas/ instead -->",
            "",
            f"見本の町（{residents:,}人、乱数の種 {seed}）に目録の誤りをすべて仕込み、受渡データの検査から照合までを"
            "実行した成績。",
            "",
            report(result),
            catalogue_section(),
        ]
    )


def catalogue_section() -> str:
    """The catalogue as the last section of docs/faults.md."""
    heading = [
        "## 目録",
        "",
        "「一緒に出る規則」は、その誤りが避けられずに呼ぶほかの指摘（「業務/規則」は別の業務の指摘）。",
        "",
        "| 誤り | 業務 | 何が誤りか | 場所 | 数 | 見つける規則 | 一緒に出る規則 | 確認する課 |",
        "|---|---|---|---|--:|---|---|---|",
    ]
    return "\n".join([*heading, *(_line(fault) for fault in catalogue()), ""])


def _line(fault: Fault) -> str:
    cells = (
        f"`{fault.id}`", fault.area, fault.description, _LAYERS[fault.layer], str(fault.count), fault.rule,
        " ".join(fault.also), fault.department,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _main(arguments: list[str]) -> None:
    """WORKSPACE [RUN] [--page FILE]"""
    target = arguments.pop(arguments.index("--page") + 1) if "--page" in arguments else ""
    workspace, *named = (word for word in arguments if word != "--page")
    runs = sorted(path.parent for path in (Path(workspace) / "runs").glob("*/findings.parquet"))
    result = read_score(Path(workspace), named[0] if named else runs[-1].name)
    if target:
        made = json.loads((Path(workspace) / "demo.json").read_text(encoding="utf-8"))
        Path(target).write_text(page(result, made["residents"], made["seed"]), encoding="utf-8")
    print(report(result), end="")


if __name__ == "__main__":
    _main(sys.argv[1:])
