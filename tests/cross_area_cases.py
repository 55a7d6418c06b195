"""Cases of the rules that hold two areas against each other: rows that break them and their legal neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from area_cases import Row

JUKI = dict(宛名番号="A", 個人履歴番号="1", 最新フラグ="1", 住民種別="1", 住民状態="1", 氏名="佐藤　一郎")
LEGAL: dict[str, Row] = {
    "jumin.jumin": JUKI,
    "jumin.shien": dict(宛名番号="A", 支援措置番号="1", 措置状態="1"),
    "jutogai.atena": dict(宛名番号="J"),
    "inkan.toroku": dict(登録番号="00000001", 宛名番号="A", 登録状態="1"),
    "kokuho.shikaku": dict(宛名番号="A", 資格番号="1", 最新フラグ="1"),
    "kokuho.setai": dict(
        国保世帯番号="K1", 世帯主_宛名番号="A", 世帯状態="1", 金融機関コード="0177", 支店コード="423",
        口座番号="1234567",
    ),
    "kokuho.kibetsu": dict(
        賦課年度="2024", 通知書番号="T", 期別="1", 納期限="2024-07-31", 期別税額="10000", 収納額="10000", 未納額="0"
    ),
    "kaigo.shikaku": dict(被保険者番号="0000000001", 資格履歴番号="1", 最新フラグ="1", 宛名番号="A"),
    "kaigo.fuka": dict(賦課年度="2026", 被保険者番号="0000000001", 通知書番号="T", 生活保護受給フラグ="0"),
    "jite.jukyusha": dict(
        認定番号="N", 宛名番号="A", 受給者状態="1", 支援措置フラグ="0", 口座_金融機関コード="0177",
        口座_支店コード="423", 口座_口座番号="1234567",
    ),
    "jifu.shikakusha": dict(
        認定番号="N", 宛名番号="A", 氏名="佐藤　一郎", 資格状態="1", 支援措置フラグ="0", 口座_金融機関コード="0177",
        口座_支店コード="423", 口座_口座番号="1234567",
    ),
    "shogai.techo": dict(宛名番号="A", 手帳種別="1", 手帳履歴番号="1", 最新フラグ="1", 手帳番号="1"),
    "kojin.taishosha": dict(
        課税年度="2026", 宛名番号="A", 更正回数="0", 最新フラグ="1", 通知書番号="T", 生活保護フラグ="0"
    ),
    "keiji.kazei": dict(課税年度="2026", 車両管理番号="V", 通知書番号="T"),
    "seiho.setai": dict(
        ケース番号="3000001", 世帯主_宛名番号="A", 世帯主_氏名="佐藤　一郎", 保護状態="1", 口座_金融機関コード="0177",
        口座_支店コード="423", 口座_口座番号="1234567",
    ),
    "kenko.taishosha": dict(宛名番号="A"),
    "koki.shikaku": dict(被保険者番号="00000001", 宛名番号="A", 最新フラグ="1"),
    "kotei.gimusha": dict(宛名番号="A"),
    "shugaku.gakureibo": dict(
        宛名番号="C", 学齢簿履歴番号="1", 最新フラグ="1", 保護者_宛名番号="A", 支援措置フラグ="0"
    ),
    "kosodate.nintei": dict(
        認定番号="N", 認定履歴番号="1", 最新フラグ="1", 保護者_宛名番号="A", 児童_宛名番号="C", 支援措置フラグ="0"
    ),
    "seiho.setaiin": dict(ケース番号="3000001", 世帯員番号="1", 宛名番号="A", 世帯員状態="1", 支援措置フラグ="0"),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Rows by 'area.group' (what differs from a legal row); `fires` are the keys of the findings."""

    area: str
    rule: str
    fires: tuple[str, ...]
    rows: Mapping[str, list[Row]]


def w(number: str, **items: str) -> Row:
    """A row of the person with this number."""
    return dict(宛名番号=number, **items)


J, Q, S = "jumin.jumin", "jutogai.atena", "jumin.shien"
DEAD = dict(住民状態="3")
TRACES = dict(喪失事由="01")

CASES = [
    Case("jumin", "JUK-16", ("B|1", "C|1"), {
        J: [w(n, 国保資格有無="1") for n in "ABC"] + [w("D", 国保資格有無="0"), w("E", 国保資格有無="1", **DEAD)],
        "kokuho.shikaku": [{}, w("B", 喪失年月日="2026-04-01")]}),
    Case("jumin", "JUK-16-2", ("B|1", "C|1"), {
        J: [w(n, 児童手当資格区分="1") for n in "ABC"] + [w("D", 児童手当資格区分="0")],
        "jite.jukyusha": [{}, w("B", 認定番号="M", 受給者状態="2")]}),
    Case("jumin", "JUK-16-3", ("B|1",), {J: [
        w("A", 国保資格有無="1", 後期高齢資格有無="0"), w("B", 国保資格有無="1", 後期高齢資格有無="1"),
        w("C", 後期高齢資格有無="1"), w("D", 国保資格有無="1", 後期高齢資格有無="1", 最新フラグ="0")]}),
    Case("jumin", "COM-07", ("A|1", "B|1"), {J: [
        w("A", 個人番号="1"), w("B", 個人番号="1"), w("C", 個人番号="2"), w("D", 個人番号="2", **DEAD), w("E"),
        w("F")]}),
    Case("jutogai", "COM-07", ("J",), {J: [w("A", 個人番号="1"), w("B", 個人番号="2", **DEAD)], Q: [
        w("J", 個人番号="1"), w("K", 個人番号="1", 名寄せ先宛名番号="A"), w("L", 個人番号="2"), w("M"),
        w("N", 個人番号="3")]}),
    Case("jumin", "COM-20", ("B|1", "C|1"), {
        J: [w(n) for n in "ABCDEF"],
        "jite.jukyusha": [{}, w("B"), w("C"), w("D", 受給者状態="2", 口座_口座番号="7654321"), w("E")],
        "jifu.shikakusha": [{}, w("B", 口座_口座番号="7654321"), w("D")],
        "seiho.setai": [dict(世帯主_宛名番号=n) for n in "AF"],
        "kokuho.setai": [
            {}, dict(世帯主_宛名番号="C", 金融機関コード="0190"), dict(世帯主_宛名番号="E", 口座番号="")]}),
    Case("jite", "COM-18-2", ("M",), {S: [{}, w("B", 措置状態="2")], "jite.jukyusha": [
        dict(支援措置フラグ="1"), w("B", 認定番号="M", 支援措置フラグ="1"), w("B", 認定番号="L"),
        w("B", 認定番号="K", 支援措置フラグ="1", 受給者状態="2")]}),
    Case("jifu", "COM-18-2", ("M",), {S: [{}, w("B", 措置状態="2")], "jifu.shikakusha": [
        dict(支援措置フラグ="1"), w("B", 認定番号="M", 支援措置フラグ="1"), w("B", 認定番号="L"),
        w("B", 認定番号="K", 支援措置フラグ="1", 資格状態="9")]}),
    Case("seiho", "COM-18-2", ("3000001|2",), {S: [{}, w("B", 措置状態="2")], "seiho.setaiin": [
        dict(支援措置フラグ="1"), w("B", 世帯員番号="2", 支援措置フラグ="1"), w("B", 世帯員番号="3"),
        w("B", 世帯員番号="4", 支援措置フラグ="1", 世帯員状態="9")]}),
    Case("kenko", "COM-18-2", ("B",), {S: [{}, w("B", 措置状態="2")], "kenko.taishosha": [
        w("A", 支援措置フラグ="1"), w("B", 支援措置フラグ="1"), w("C", 支援措置フラグ="0")]}),
    Case("kotei", "COM-18-2", ("M",), {S: [{}, w("B", 措置状態="2")], "kotei.gimusha": [
        dict(義務者番号="N", 支援措置フラグ="1"), w("B", 義務者番号="M", 支援措置フラグ="1"),
        w("B", 義務者番号="L", 支援措置フラグ="0")]}),
    Case("kosodate", "COM-18-2", ("M|1",), {S: [{}, w("B", 措置状態="2")], "kosodate.nintei": [
        dict(支援措置フラグ="1"), dict(認定番号="L", 保護者_宛名番号="B", 児童_宛名番号="A", 支援措置フラグ="1"),
        dict(認定番号="M", 保護者_宛名番号="B", 支援措置フラグ="1"), dict(認定番号="K", 保護者_宛名番号="B"),
        dict(認定番号="I", 保護者_宛名番号="B", 支援措置フラグ="1", 最新フラグ="0")]}),
    Case("shugaku", "COM-18-2", ("D|1",), {S: [{}, w("B", 措置状態="2")], "shugaku.gakureibo": [
        dict(支援措置フラグ="1"), w("A", 保護者_宛名番号="B", 支援措置フラグ="1"),
        w("D", 保護者_宛名番号="B", 支援措置フラグ="1"), w("E", 保護者_宛名番号="B"),
        w("F", 保護者_宛名番号="B", 支援措置フラグ="1", 最新フラグ="0")]}),
    Case("jifu", "COM-10", ("M",), {J: [{}, w("B", 住民種別="2")], "jifu.shikakusha": [
        {}, dict(認定番号="M", 氏名="鈴木　一郎"), dict(認定番号="L", 氏名="鈴木　一郎", 資格状態="9"),
        w("B", 認定番号="K", 氏名="ＷＡＮＧ")]}),
    Case("seiho", "COM-10", ("M",), {J: [{}, w("B", 住民種別="2")], "seiho.setai": [
        {}, dict(ケース番号="M", 世帯主_氏名="鈴木　一郎"), dict(ケース番号="L", 世帯主_氏名="鈴木", 保護状態="9"),
        dict(ケース番号="K", 世帯主_宛名番号="B", 世帯主_氏名="ＷＡＮＧ")]}),
    Case("kokuho", "COM-19", ("K2", "K3"), {J: [{}, w("B", **DEAD)], Q: [{}], "kokuho.setai": [
        dict(送付先_宛名番号="A"), dict(国保世帯番号="K2", 送付先_宛名番号="B"),
        dict(国保世帯番号="K3", 送付先_宛名番号="X"), dict(国保世帯番号="K4", 送付先_宛名番号="J"),
        dict(国保世帯番号="K5"), dict(国保世帯番号="K6", 送付先_宛名番号="X", 世帯状態="9")]}),
    Case("kojin", "COM-19", ("2026|C|0", "2026|D|0"), {J: [{}, w("B", **DEAD)], Q: [{}], "kojin.taishosha": [
        dict(納税管理人_宛名番号="A"), w("C", 納税管理人_宛名番号="B"), w("D", 納税管理人_宛名番号="X"),
        w("E", 納税管理人_宛名番号="J"), w("F"), w("G", 納税管理人_宛名番号="X", 最新フラグ="0")]}),
    Case("kojin", "COM-19-2", ("2026|C|0", "2026|D|0"), {J: [{}, w("B", **DEAD)], Q: [{}], "kojin.taishosha": [
        dict(相続人代表者_宛名番号="A"), w("C", 相続人代表者_宛名番号="B"), w("D", 相続人代表者_宛名番号="X"),
        w("E", 相続人代表者_宛名番号="J"), w("F")]}),
    Case("kokuho", "COM-26", ("B|1", "C|1"), {"kokuho.shikaku": [
        {}, w("B", **TRACES), w("C", 喪失処理年月日="2026-04-01"), w("D", 喪失年月日="2026-04-01", **TRACES),
        w("E", 最新フラグ="0", **TRACES)]}),
    Case("kaigo", "COM-26", ("2|1", "3|1"), {"kaigo.shikaku": [
        {}, dict(被保険者番号="2", 資格喪失事由="2"), dict(被保険者番号="3", 資格喪失届出年月日="2026-04-01"),
        dict(被保険者番号="4", 資格喪失年月日="2026-04-01", 資格喪失事由="2")]}),
    Case("jite", "COM-26", ("L", "M"), {"jite.jukyusha": [
        {}, dict(認定番号="M", 消滅年月日="2026-03-31"), dict(認定番号="L", 支給終了年月="2026-03"),
        dict(認定番号="K", 受給者状態="2", 消滅年月日="2026-03-31")]}),
    Case("shogai", "COM-26", ("B|1|1",), {"shogai.techo": [
        {}, w("B", 返還事由="1"), w("C", 返還事由="1", 返還年月日="2026-01-01"),
        w("D", 返還事由="1", 最新フラグ="0")]}),
    Case("inkan", "COM-26", ("2", "3"), {"inkan.toroku": [
        {}, dict(登録番号="2", 廃止年月日="2026-01-01"), dict(登録番号="3", 廃止事由="1", 登録状態="2"),
        dict(登録番号="4", 廃止年月日="2026-01-01", 登録状態="9")]}),
    Case("kokuho", "SNO-03", ("2020|T|1",), {"kokuho.kibetsu": [
        dict(賦課年度="2020", 納期限="2021-10-01", 未納額="1"), dict(賦課年度="2021", 納期限="2021-10-02", 未納額="1"),
        dict(賦課年度="2019", 納期限="2019-07-31")]}),
    Case("kokuho", "SNO-04", ("2024|T|2",), {"kokuho.kibetsu": [{}, dict(期別="2", 収納額="10001")]}),
    Case("keiji", "SNO-06", ("2026|V", "2026|W"), {"keiji.kazei": [
        {}, dict(車両管理番号="W"), dict(課税年度="2025"), dict(車両管理番号="X", 通知書番号="U"),
        dict(車両管理番号="Y", 通知書番号=""), dict(車両管理番号="Z", 通知書番号="")]}),
    Case("kojin", "SNO-06", ("2026|A|0", "2026|B|0"), {"kojin.taishosha": [
        {}, w("B"), w("B", 課税年度="2025"), w("C", 通知書番号="U"), w("D", 最新フラグ="0"), w("E", 通知書番号="")]}),
    Case("kaigo", "SNO-06", ("2026|0000000001", "2026|2"), {"kaigo.fuka": [
        {}, dict(被保険者番号="2"), dict(賦課年度="2025"), dict(被保険者番号="3", 通知書番号="U")]}),
    Case("seiho", "SEI-05-4", ("3000001|1",), {
        "koki.shikaku": [{}, w("B", 資格喪失年月日="2015-04-01")],
        "seiho.setai": [{}, dict(ケース番号="M", 保護状態="2")],
        "seiho.setaiin": [{}, w("B", 世帯員番号="2"), dict(世帯員番号="3", 世帯員状態="9"), dict(ケース番号="M")]}),
    Case("kojin", "KOJ-12-5", ("2026|B|0",), {"seiho.setaiin": [{}], "kojin.taishosha": [
        dict(生活保護フラグ="1"), w("B", 生活保護フラグ="1"), w("C"), w("D", 生活保護フラグ="1", 最新フラグ="0")]}),
    Case("kaigo", "KAI-06-3", ("2026|2",), {
        "kaigo.shikaku": [{}, dict(被保険者番号="2", 宛名番号="B")], "seiho.setaiin": [{}],
        "kaigo.fuka": [dict(生活保護受給フラグ="1"), dict(被保険者番号="2", 生活保護受給フラグ="1"),
                       dict(賦課年度="2025", 被保険者番号="2")]}),
]  # fmt: skip


def elsewhere(area: str) -> set[str]:
    """The rules of an area that have their case here."""
    return {case.rule for case in CASES if case.area == area}
