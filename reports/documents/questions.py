"""疑義リスト: one per department; one line for each cause, one for each case."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reports.document import Column, Document, Edition, Figure, Kind, Section, Table, Tone
from reports.masking import masked, told_counts
from reports.names import department, with_rule_words, with_titles
from reports.people import people, with_person
from reports.runbook import RunBook
from validators.finding import SEVERITIES

LATENT = "現行潜在誤り"
CAUSE_COLUMNS = (
    Column("number", "番号", Kind.NUMBER, 7),
    Column("severity_title", "重さ", Kind.STATUS, 10),
    Column("area_title", "業務", width=18),
    Column("rule", "規則", Kind.CODE, 10),
    Column("cause", "何が疑わしいか", width=36),
    Column("look_at", "どこを見て、どこで直すか", width=40),
    Column("cases", "件数", Kind.NUMBER, 9),
    Column("people", "人数", Kind.NUMBER, 9),
    Column("open", "未回答", Kind.NUMBER, 9),
    Column("answer", "回答", width=18),
    Column("reason", "理由・補足", width=20),
)
CASE_COLUMNS = (
    Column("number", "番号", Kind.NUMBER, 7),
    Column("severity_title", "重さ", Kind.STATUS, 10),
    Column("area_title", "業務", width=13),
    Column("table_title", "データの種類", width=13),
    Column("key", "対象（キー）", Kind.CODE, 18),
    Column("item", "項目", width=14),
    Column("legacy_value", "現行の値", Kind.VALUE, 18),
    Column("value", "移行後の値", Kind.VALUE, 18),
    Column("message", "なぜ疑わしいか", width=32),
    Column("state", "状態", Kind.STATUS, 12),
    Column("answer", "回答", width=14),
    Column("reason", "理由・補足", width=12),
    Column("finding_id", "疑義ID", Kind.CODE, 18),
)


def questions(book: RunBook, edition: Edition) -> Iterator[Document]:
    """One document for each department that has findings or an area in this run."""
    findings = prepared(book, edition)
    known = {department(book, area) for area in book.areas} | set(findings["department"].to_list())
    for name in sorted(known):
        yield _document(book, edition, name, findings.filter(pl.col("department") == name))


def prepared(book: RunBook, edition: Edition) -> pl.DataFrame:
    """Findings with titles, people, states and the rule's own words; values masked as the edition wants."""
    areas = {area: department(book, area) for area in book.areas}
    found = with_person(with_titles(book.answered(), book), book)
    found = masked(found, book, edition, ("legacy_value", "value", "reason"))
    owner = pl.when(pl.col("department").fill_null("") == "").then(pl.col("area").replace(areas))
    return with_rule_words(found, book).with_columns(
        owner.otherwise(pl.col("department")).alias("department"),
        pl.col("severity").replace(SEVERITIES).alias("severity_title"),
    )


def _document(book: RunBook, edition: Edition, name: str, found: pl.DataFrame) -> Document:
    asked = found.filter((pl.col("severity") != "I") & (pl.col("kind") != LATENT))
    latent = found.filter(pl.col("kind") == LATENT).height
    info = found.filter((pl.col("severity") == "I") & (pl.col("kind") != LATENT)).height
    still = asked.filter(pl.col("state") == "未回答")
    errors = still.filter(pl.col("severity") == "E").height
    checked, looked = book.looked([area for area in book.areas if department(book, area) == name])
    sections: list[Section] = [Section("件数", figures=_figures(asked, still, latent, info))]
    for kind, said in (("移行差異", "移行の作業や対応表に原因がある疑い"), ("仕様差", "国の標準の決まりと違うもの")):
        sections += _kind_sections((kind, said, looked), asked.filter(pl.col("kind") == kind), edition)
    return Document(
        id="questions",
        title="疑義リスト",
        subtitle=name,
        department=name,
        facts=book.facts,
        sections=tuple(sections),
        headline=_headline(asked.height, still, errors, checked),
        tone=Tone.BAD if errors else Tone.WARN if still.height or not (checked or asked.height) else Tone.GOOD,
        actions=_actions(still.height, asked.height + checked),
        notes=(
            "一度回答したものは、内容が変わらない限り次回も回答済になります。",
            "個人番号は載せていません。",
        ),
        edition=edition,
    )


def _figures(asked: pl.DataFrame, still: pl.DataFrame, latent: int, info: int) -> tuple[Figure, ...]:
    return (
        Figure("確認してほしいもの", asked.height, "件", note=f"原因の種類は {asked.n_unique(['area', 'rule']):,}"),
        Figure("まだ回答がないもの", still.height, "件", Tone.GOOD if still.is_empty() else Tone.WARN),
        Figure("現行潜在誤り", latent, "件", note="別冊「現行潜在誤り一覧」にあります"),
        Figure("情報（回答はいりません）", info, "件"),
    )


def _kind_sections(words: tuple[str, str, str], rows: pl.DataFrame, edition: Edition) -> tuple[Section, Section]:
    """Summary by cause and list of cases of one kind; `words`: the kind, what it means, what was looked at."""
    kind, said, looked = words
    causes = _causes(rows)
    numbers = causes.select("area", "rule", "number")
    cases = rows.join(numbers, on=["area", "rule"], how="left", maintain_order="left").sort(
        "number", "table", "key", "item", maintain_order=True
    )
    shown = told_counts(causes, edition, ("cases", "people", "open"))
    return (
        Section(
            f"{kind}：原因ごとのまとめ",
            f"{said}です。同じ原因は 1 行にまとめています。",
            table=Table(CAUSE_COLUMNS, shown, looked),
            sheet=f"{kind}まとめ",
        ),
        Section(
            f"{kind}：1 件ごとの一覧",
            "番号は、まとめの番号と同じです。",
            table=Table(CASE_COLUMNS, cases, looked),
            sheet=f"{kind}一覧",
        ),
    )


def _causes(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each area and rule: how many cases, people, open ones."""
    order = pl.col("severity").replace({"E": "1", "W": "2", "I": "3"})
    return (
        rows.group_by("area", "rule", maintain_order=True)
        .agg(
            pl.col("area_title").first(),
            order.min().alias("order"),
            pl.col("severity_title").sort_by(order).first(),
            pl.col("rule_title", "message", "look_at").first(),
            pl.len().cast(pl.Int64).alias("cases"),
            people().alias("people"),
            (pl.col("state") == "未回答").sum().cast(pl.Int64).alias("open"),
            pl.lit("").alias("answer"),
            pl.lit("").alias("reason"),
        )
        .with_columns(pl.coalesce("rule_title", "message").alias("cause"))
        .sort("order", "people", "cases", "area", "rule", descending=[False, True, True, False, False])
        .with_row_index("number", offset=1)
    )


def _headline(asked: int, still: pl.DataFrame, errors: int, checked: int) -> str:
    if asked == 0:
        return "確認してほしいものはありません。" if checked else "検査の記録がありません。疑義がないとは言えません。"
    if still.is_empty():
        return f"{asked:,} 件すべてに回答があります。"
    blocking = f"そのうち {errors:,} 件は、解決しないと移行できません。" if errors else ""
    return f"{still.height:,} 件（原因は {still.n_unique(['area', 'rule']):,} 種類）に回答が必要です。{blocking}"


def _actions(still: int, looked_at: int) -> tuple[str, ...]:
    if not looked_at:
        return ("この課の業務の検査が済んでいるかを、移行作業者に確かめてください。",)
    if still == 0:
        return ("する事はありません。内容を確かめて決裁欄に押印してください。",)
    return (
        "「原因ごとのまとめ」を上の行から見てください。上ほど急ぎます。",
        "「どこを見て、どこで直すか」のとおりに現行システムの画面などで確かめてください。",
        "回答は、この課あての「確認票」（Excel）に記入して、デジタル推進課（移行担当）に返してください。",
    )
