"""The documents of a run: what they say for given books, above all when something is missing or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
import pytest

from mappings.area import Area
from mappings.expression import Literal
from mappings.layout import Group, Item, ItemType
from mappings.rule import Rule
from reports.cells import shown
from reports.document import Document, Edition, Facts, Tone
from reports.documents import DOCUMENTS, build_documents
from reports.documents.corrections import listed_changes, summarize_changes
from reports.excel import render_excel
from reports.gate import GateRow
from reports.html import render_html
from reports.index import render_index
from reports.runbook import (
    CHANGE_SCHEMA,
    CHANGE_SUMMARY_SCHEMA,
    COMPARISON_SCHEMA,
    COVERAGE_SCHEMA,
    DIFFERENCE_SCHEMA,
    FILE_SCHEMA,
    LEDGER_SCHEMA,
    RunBook,
)
from reports.totals import TOTALS_SCHEMA
from validators.finding import FINDING_SCHEMA

FACTS = Facts("見本町", "R1", "2026-10-31", "ab" * 32, (("住民の業務", "6.1"),), "2026年11月23日 10:00")
VENDOR, OWN = Edition.VENDOR, Edition.DEPARTMENT


def item(name: str, key: bool = False) -> Item:
    return Item(name, "ROMAJI", ItemType.X, 10, primary_key=key)


def rule(id: str, severity: str, kind: str, title: str) -> Rule:
    return Rule(
        id, severity, kind, title, "ju", "person", "氏名", "住民課", "法1条", "m", Literal(True), look_at="台帳を見る"
    )


PERSON = Group("ju", "person", "住民情報", "001", "6.1", (item("宛名番号", key=True), item("氏名"), item("住所_番地")))
RULES = (
    rule("A-1", "E", "移行差異", "世帯主が二人"),
    rule("A-2", "W", "移行差異", "届出日が空"),
    rule("B-1", "E", "現行潜在誤り", "死亡日が誕生日より前"),
    rule("C-1", "W", "仕様差", "続柄の決まり"),
    rule("I-1", "I", "移行差異", "検査数字"),
)
AREA = Area("ju", "住民の業務", 1, "住民課", ("001",), {"person": PERSON}, {}, RULES, (), {}, "6.1")
TAX = Area("tax", "税の業務", 2, "税務課", ("012",), {}, {}, (), (), {})


def frame(rows: Iterable[Mapping[str, object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema))


def finding(id: str, rule: str, key: str = "001", **more: object) -> dict[str, object]:
    known = {one.id: one for one in RULES}[rule]
    base = {"finding_id": id, "area": "ju", "table": "person", "key": key, "item": "氏名", "rule": rule}
    words = {"severity": known.severity, "kind": known.kind, "legacy_value": "山田 太郎", "value": "山田"}
    end = {
        "message": f"山田 太郎 は{known.title}です",
        "department": "",
        "content_hash": f"h{id}",
        "file": "a",
        "record": 1,
    }
    return {**base, **words, **end, **more}


def findings(*rows: Mapping[str, object]) -> pl.DataFrame:
    return frame(rows, {**FINDING_SCHEMA, "answer": pl.String(), "settled": pl.Boolean()})


COVERAGE = frame([{"area": "ju", "rule": "A-1", "rows_checked": 100, "failures": 1}], COVERAGE_SCHEMA)


def book(**parts: object) -> RunBook:
    given: dict[str, object] = {"facts": FACTS, "areas": {"ju": AREA, "tax": TAX}, "vendors": {}, "coverage": COVERAGE}
    return RunBook(**{**given, "secret_items": frozenset({"個人番号"}), **parts})  # type: ignore[arg-type]


def documents(run: RunBook, id: str, edition: Edition = OWN) -> list[Document]:
    kind = next(kind for kind in DOCUMENTS if kind.id == id)
    made = kind.build(run, edition)
    return [made] if isinstance(made, Document) else list(made)


def rows(document: Document, section: str) -> list[tuple[str, ...]]:
    table = next(one.table for one in document.sections if one.title == section)
    assert table is not None
    return [tuple(row) for row in shown(table).iter_rows()]


def ledger(*lines: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=LEDGER_SCHEMA, orient="row")


def test_the_titles_are_those_staff_look_for() -> None:
    assert [kind.title for kind in DOCUMENTS] == [
        "移行対象データ一覧表",
        "受入検査結果",
        "現行データ調査報告書",
        "移行項目対応表",
        "コード変換表",
        "外字一覧",
        "文字同定表",
        "未同定文字一覧",
        "移行除外項目一覧",
        "補正記録簿",
        "件数照合表",
        "合計照合表",
        "項目照合結果一覧",
        "差異一覧",
        "疑義リスト",
        "現行潜在誤り一覧",
        "移行判定チェックリスト",
    ]
    for document in build_documents(book()):
        assert document.title in [kind.title for kind in DOCUMENTS]


@pytest.mark.parametrize("edition", list(Edition))
def test_a_run_with_nothing_in_it_never_looks_fine(edition: Edition) -> None:
    for document in build_documents(book(coverage=COVERAGE.clear()), edition):
        if document.id != "corrections":
            assert document.tone is not Tone.GOOD, document.title
        assert "○" not in render_html(document).split('class="result', 1)[1].split("</div>")[0]


def test_counts_that_do_not_close_are_shown_with_their_gap() -> None:
    lines = (
        ("load", "ju/person", "ju/person", 10, 9, 0, 0, 0, 0, 0, False),
        ("extract", "ju/a.csv", "ju/person", 10, 10, 0, 0, 0, 0, 0, True),
        ("extract-bytes", "ju/a.csv", "ju/person", 1000, 990, 0, 0, 10, 0, 0, True),
    )
    (made,) = documents(book(ledger=ledger(*lines)), "counts")
    assert made.headline == "件数が合いません。3 行のうち 1 行で差があります。"
    assert made.tone is Tone.BAD
    extract = ("住民の業務", "抽出", "ju/a.csv", "住民情報", "10", "0", "10", "0", "0", "0", "0", "0", "○ 合う")
    load = ("住民の業務", "投入", "住民情報", "住民情報", "10", "0", "9", "0", "0", "0", "0", "1", "× 合わない")
    found = rows(made, "件数の照合")
    assert found[0] == extract
    assert found[1] == load
    assert rows(made, "バイト数の照合")[0][4:9] == ("1,000", "0", "990", "0", "10")
    assert "入力 ＋ 分割増 ＝ 出力 ＋ 統合 ＋ 除外 ＋ 却下 ＋ 重複" in made.sections[1].lead


def test_a_bare_table_name_is_told_only_when_one_area_has_it() -> None:
    twin = Area("tax", "税の業務", 2, "税務課", ("012",), {"person": PERSON, "car": PERSON}, {}, (), (), {})
    lines = [("convert", name, name, 1, 1, 0, 0, 0, 0, 0, True) for name in ("person", "car", "tax_person")]
    (made,) = documents(book(areas={"ju": AREA, "tax": twin}, ledger=ledger(*lines)), "counts")
    found = [(row[0], row[2]) for row in rows(made, "件数の照合")]
    assert found == [("", "person"), ("税の業務", "住民情報"), ("税の業務", "住民情報")]


def test_counts_the_stage_itself_calls_open_are_not_fine_even_with_gap_zero() -> None:
    (made,) = documents(book(ledger=ledger(("load", "a", "b", 1, 1, 0, 0, 0, 0, 0, False))), "counts")
    assert made.tone is Tone.BAD


def test_closed_counts_with_rejected_records_send_the_reader_to_the_questions() -> None:
    (made,) = documents(book(ledger=ledger(("convert", "a", "b", 10, 7, 0, 0, 0, 3, 0, True))), "counts")
    assert made.tone is Tone.GOOD
    assert made.actions == ("却下が 3 件あります。疑義リストで 1 件ずつ確認してください。",)


def test_totals_nobody_stated_are_not_compared() -> None:
    line = {
        "area": "ju",
        "total": "t",
        "title": "人口",
        "by": "",
        "unit": "人",
        "converted": "31000",
        "loaded": "31000",
    }
    (made,) = documents(book(totals=frame([{**line, "result": "照合なし"}], TOTALS_SCHEMA)), "totals_check")
    assert made.tone is Tone.WARN
    assert made.headline == "不一致はありませんが、1 件は比べる数字がなく、照合していません。"
    assert rows(made, "合計の照合")[0] == (
        ("住民の業務", "人口", "全体", "人", "", "", "31,000", "31,000", "", "△ 照合なし")
    )


@pytest.mark.parametrize(
    ("compared", "equal", "unexplained", "verdict"),
    [(0, 0, 0, "△ 照合していません"), (5, 5, 0, "○ 合格"), (5, 4, 1, "× 差異"), (5, 4, 0, "× 差異")],
)
def test_items_compared_with_nothing_are_never_a_pass(
    compared: int, equal: int, unexplained: int, verdict: str
) -> None:
    line = {"area": "ju", "table": "person", "item": "氏名", "compared": compared, "equal": equal}
    counts = {"by_rule": 0, "decided": 0, "unexplained": unexplained}
    (made,) = documents(book(comparisons=frame([{**line, **counts}], COMPARISON_SCHEMA)), "items_check")
    assert rows(made, "全項目")[0][-1] == verdict
    assert (made.tone is Tone.GOOD) == (verdict == "○ 合格")


def test_no_difference_is_only_good_when_something_was_compared() -> None:
    (blind,) = documents(book(), "differences")
    assert blind.headline == "照合していません。差異がないとは言えません。"
    counted = {"area": "ju", "table": "person", "item": "氏名", "compared": 7, "equal": 7}
    zero = {"by_rule": 0, "decided": 0, "unexplained": 0}
    (seen,) = documents(book(comparisons=frame([{**counted, **zero}], COMPARISON_SCHEMA)), "differences")
    assert (seen.headline, seen.tone) == ("差異はありません（7 セルを照合）。", Tone.GOOD)


def test_unexplained_differences_come_first_and_apart() -> None:
    line = {"area": "ju", "table": "person", "key": "001", "item": "氏名", "legacy": "髙木", "expected": "髙木"}
    lines = [
        {**line, "actual": "高木", "cause": "投入できない行", "rule": "LOD-01"},
        {**line, "actual": "■木", "cause": "未説明"},
    ]
    (made,) = documents(book(differences=frame(lines, DIFFERENCE_SCHEMA)), "differences")
    assert [row[6] for row in rows(made, "説明のつかない差異")] == ["■木"]
    assert [row[6] for row in rows(made, "説明のついた差異")] == ["高木"]
    assert made.tone is Tone.BAD


def test_questions_are_grouped_by_cause_and_the_three_kinds_never_mixed() -> None:
    found = findings(
        finding("1", "A-2", "001"),
        finding("2", "A-2", "002"),
        finding("3", "A-2", "001"),
        finding("4", "A-1"),
        finding("5", "B-1"),
        finding("6", "C-1"),
        finding("7", "I-1"),
        finding("8", "A-2", "003", answer="このままでよい", settled=True),
    )
    made = {document.subtitle: document for document in documents(book(findings=found), "questions")}
    assert sorted(made) == ["住民課", "税務課"]
    own = made["住民課"]
    assert own.headline == "5 件（原因は 3 種類）に回答が必要です。そのうち 1 件は、解決しないと移行できません。"
    causes = rows(own, "移行差異：原因ごとのまとめ")
    assert causes[0][:9] == ("1", "× エラー", "住民の業務", "A-1", "世帯主が二人", "台帳を見る", "1", "1", "1")
    assert causes[1][:9] == ("2", "△ 疑義", "住民の業務", "A-2", "届出日が空", "台帳を見る", "4", "3", "3")
    assert len(causes) == 2
    assert [row[-1] for row in rows(own, "移行差異：1 件ごとの一覧")] == ["4", "1", "3", "2", "8"]
    assert [row[-1] for row in rows(own, "仕様差：1 件ごとの一覧")] == ["6"]
    assert "5" not in {row[-1] for section in own.sections if section.table for row in rows(own, section.title)}
    labels = {figure.label: figure.value for figure in own.sections[0].figures}
    assert labels["現行潜在誤り"] == 1
    assert labels["情報（回答はいりません）"] == 1


def test_a_department_nobody_checked_is_not_said_to_have_no_doubts() -> None:
    made = {document.subtitle: document for document in documents(book(), "questions")}
    assert made["住民課"].headline == "確認してほしいものはありません。"
    assert made["住民課"].tone is Tone.GOOD
    assert made["税務課"].headline == "検査の記録がありません。疑義がないとは言えません。"
    assert made["税務課"].tone is Tone.WARN


def test_latent_errors_have_a_book_of_their_own() -> None:
    (made,) = documents(book(findings=findings(finding("1", "B-1"), finding("2", "A-1"))), "latent_errors")
    assert made.subtitle == "住民課"
    assert made.headline == "現行システムに前からあった誤りの疑いが 1 件あります（1 人）。"
    assert rows(made, "原因ごとのまとめ")[0][:4] == ("住民の業務", "B-1", "死亡日が誕生日より前", "法1条")
    (none,) = documents(book(), "latent_errors")
    assert none.headline == "前からの誤りは見つかりませんでした。"


def test_my_number_is_in_no_document() -> None:
    secret = finding("1", "A-1", item="個人番号", legacy_value="123456789018", message="123456789018 は誤り")
    change = {"area": "ju", "table": "person", "key": "001", "item": "個人番号", "rule": "strip"}
    changed = {**change, "before": "123456789018", "after": "123456789018 "}
    cell = {
        "area": "ju",
        "table": "person",
        "key": "001",
        "item": "個人番号",
        "expected": "123456789018",
        "cause": "未説明",
    }
    run = book(
        findings=findings(secret),
        changes=frame([changed], CHANGE_SCHEMA),
        changes_summary=frame([{**change, "cells": 1}], CHANGE_SUMMARY_SCHEMA),
        differences=frame([cell], DIFFERENCE_SCHEMA),
    )
    for edition in Edition:
        for document in build_documents(run, edition):
            assert "123456789018" not in render_html(document)
    assert any("個人番号のため表示しません" in render_html(document) for document in build_documents(run))


def test_addresses_of_protected_people_are_masked_everywhere() -> None:
    hidden = finding(
        "1", "A-1", "001", item="住所_番地", legacy_value="野間1-1", value="野間1-1", message="野間1-1 が重複"
    )
    open_one = finding(
        "2", "A-1", "0012", item="住所_番地", legacy_value="海老津2-2", value="", message="海老津2-2 が重複"
    )
    run = book(findings=findings(hidden, open_one), protected=frozenset({"001"}))
    (made, _) = documents(run, "questions")
    html = render_html(made)
    assert "野間1-1" not in html
    assert "支援措置のため伏せています" in html
    assert "海老津2-2" in html  # 0012 is another person


def test_the_vendor_edition_shows_shapes_no_keys_and_no_small_counts() -> None:
    run = book(findings=findings(*(finding(str(number), "A-1", f"9{number:03}") for number in range(3))))
    made = documents(run, "questions", VENDOR)[0]
    case = rows(made, "移行差異：1 件ごとの一覧")[0]
    assert case[4:9] == ("", "氏名", "漢漢 漢漢", "漢漢", "")
    assert rows(made, "移行差異：原因ごとのまとめ")[0][6:9] == ("10未満", "10未満", "10未満")
    assert made.file_name == "疑義リスト_住民課_ベンダ版"
    assert "山田" not in render_html(made)


def test_received_files_are_judged_by_their_counts() -> None:
    line = {"path": "ju/a.csv", "area": "ju", "table": "person", "bytes": 10, "sha256": "f" * 64, "as_of": "2026-10-31"}
    counts = [(10, 10), (10, 9), (None, 10), (10, None)]
    files = [
        {**line, "file_no": number, "declared_records": declared, "records": counted}
        for number, (declared, counted) in enumerate(counts, start=1)
    ]
    (made,) = documents(book(files=frame(files, FILE_SCHEMA)), "intake")
    verdicts = [row[8] for row in rows(made, "受け取ったファイル")]
    assert verdicts == ["○ 受領", "× 不一致", "△ 申告なし", "△ 検査していません"]
    assert made.tone is Tone.BAD


def test_corrections_say_when_the_list_is_only_a_part() -> None:
    change = {"area": "ju", "table": "person", "item": "氏名", "rule": "strip first:旧氏名"}
    cells = [{**change, "key": str(number), "before": " 山", "after": "山"} for number in range(5)]
    run = book(
        changes=frame(cells, CHANGE_SCHEMA),
        changes_summary=frame([{**change, "cells": 12}], CHANGE_SUMMARY_SCHEMA),
        transform_words={"strip": "前後の空白を取る"},
    )
    made = documents(run, "corrections")[0]
    assert made.headline == "決めた規則で 12 件の値を変えました。"
    assert rows(made, "項目と規則ごとの件数") == [
        ("住民情報", "氏名", "strip first:旧氏名", "前後の空白を取る → 「旧氏名」の値を採る", "12")
    ]
    assert len(rows(made, "見本")) == 3
    assert made.sections[3].lead == "12 件のうち 5 件を載せています。"
    assert any("changes.parquet" in note for note in made.notes)


def test_listed_changes_leave_no_item_and_rule_out() -> None:
    change = {"area": "ju", "table": "person", "key": "1", "before": "a", "after": "b", "file": "f", "record": 1}
    lines = [{**change, "item": name, "rule": rule} for name, rule in [("x", "r")] * 5 + [("y", "r"), ("x", "s")]]
    kept = listed_changes(frame(lines, CHANGE_SCHEMA).lazy(), 2).collect()
    assert kept.columns == list(CHANGE_SCHEMA)
    assert kept.select("item", "rule").rows() == [("x", "r"), ("x", "r"), ("y", "r"), ("x", "s")]
    assert summarize_changes(frame(lines, CHANGE_SCHEMA).lazy()).collect()["cells"].to_list() == [5, 1, 1]


GATE = (
    GateRow("G-01", "受入検査", "0件", "エラー 3件", "不合格", "送り直しを求めてください"),
    GateRow("G-02", "体制", "整っている", "未確認", "未了", ""),
    GateRow("G-03", "文字", "0件", "0件", "合格", ""),
)


def test_the_gate_list_says_what_blocks_and_what_to_do() -> None:
    (made,) = documents(book(gate=GATE), "gate_list")
    assert made.headline == "本番に進めません。不合格 1 項目、未了 1 項目が残っています。"
    assert made.actions[0] == "G-01 受入検査：送り直しを求めてください"
    assert [row[4] for row in rows(made, "判定項目")] == ["× 不合格", "△ 未了", "○ 合格"]
    (fine,) = documents(book(gate=GATE[2:]), "gate_list")
    assert (fine.headline, fine.tone) == ("1 項目すべて合格です。本番に進めます。", Tone.GOOD)


def test_the_index_shows_blockers_first_and_links_every_document() -> None:
    run = book(gate=GATE, findings=findings(finding("1", "A-1"), finding("2", "B-1")))
    made = list(build_documents(run))
    html = render_index(run, made)
    assert "本番に進めません。3 の判定項目のうち 2 が残っています。" in html
    assert html.index("送り直しを求めてください") < html.index("課ごと") < html.index("業務ごと")
    assert "%E7%96%91%E7%BE%A9%E3%83%AA%E3%82%B9%E3%83%88_%E4%BD%8F%E6%B0%91%E8%AA%B2.html" in html  # 疑義リスト_住民課
    for document in made:
        assert html.count(f">{document.title}") >= 1
    assert "<script" not in html


def test_every_document_renders_the_same_twice_in_both_forms() -> None:
    run = book(gate=GATE, findings=findings(finding("1", "A-1"), finding("2", "B-1")))
    first, second = list(build_documents(run)), list(build_documents(run))
    assert [render_html(one) for one in first] == [render_html(one) for one in second]
    assert [render_excel(one) for one in first] == [render_excel(one) for one in second]
    assert len({one.file_name for one in first}) == len(first)
