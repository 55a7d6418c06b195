"""Code pages: exact codes of CP932, eucJP-ms, IBM's pages and of makers' tables; shifts; nothing lost on any bytes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.code_table_files import CodeFile, read_codes
from mappings.errors import MappingError, UserError
from mappings.host_encodings import HostEncoding, host_codes, host_forms, shipped_encodings, shipped_table
from migration.codepages.host_codec import HostCodec
from migration.codepages.texts import Texts
from migration.decoding import CODECS, ESCAPE, Codec, codec
from sample_data.host_writing import HostWriter

HOSTS = Path(__file__).parent.parent.parent / "shared" / "data" / "hosts"
needs_hosts = pytest.mark.skipif(not HOSTS.is_dir(), reason="../shared/data/hosts is not here")
PAGES = tuple(shipped_encodings())


def escape(*codes: int) -> str:
    return "".join(chr(ESCAPE + code) for code in codes)


def decoded(chosen: Codec | str, *values: str) -> Texts:
    """Values given as hexadecimal digits."""
    known = codec(chosen) if isinstance(chosen, str) else chosen
    return known.decode_all(pa.array([bytes.fromhex(value) for value in values], pa.binary()))


def texts(chosen: Codec | str, *values: str) -> list[str]:
    return decoded(chosen, *values).series.to_list()


def notes(chosen: Codec | str, *values: str) -> list[str | None]:
    found = decoded(chosen, *values).notes
    return found.to_list() if found is not None else [None] * len(values)


def maker(form: str, *files: str | Path) -> HostCodec:
    """A codec of a maker's encoding over tables of ../shared, or of the test's own."""
    tables = tuple(CodeFile.of(file if isinstance(file, Path) else HOSTS / f"{file}_mapping.json") for file in files)
    return HostCodec(HostEncoding("kanji", host_forms()[form], tables))


def table(folder: Path, *lines: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


# hard cases of the character reference, by their number


def test_hard_case_01_both_codes_of_taka_are_one_character() -> None:
    found = decoded("cp932", "FBFC8BB4", "EEE08BB4")
    assert found.series.to_list() == ["髙橋", "髙橋"]
    assert texts("cp932", "FBFC") == texts("cp932", "EEE0")


def test_hard_case_02_user_defined_characters_are_private_use() -> None:
    assert texts("cp932", "F040", "F9FC") == ["\ue000", "\ue757"]


def test_hard_case_03_bytes_that_are_no_character_are_refused() -> None:
    assert texts("cp932", "A0", "FD", "FE", "FF", "80") == [escape(byte) for byte in (0xA0, 0xFD, 0xFE, 0xFF, 0x80)]


@needs_hosts
def test_hard_case_04_jef_keeps_the_two_forms_of_tsuji() -> None:
    jef = maker("jef", "fujitsu_ebcdik", "fujitsu_jef")
    assert texts(jef, "28C4D429", "2867A529") == ["辻\U000e0103", "辻\U000e0102"]


@needs_hosts
def test_hard_case_05_jef_names() -> None:
    jef = maker("jef", "fujitsu_ebcdik", "fujitsu_jef")
    assert texts(jef, "2845FB6EA4EEB529") == ["𠮷髙邉\U000e010f"]


@needs_hosts
def test_hard_case_06_a_character_without_mj_is_still_read() -> None:
    assert texts(maker("jef", "fujitsu_ebcdik", "fujitsu_jef"), "2848D329") == ["\U00021582"]


def test_hard_case_07_kana_and_lower_case_change_places_between_930_and_939() -> None:
    assert texts("ibm930", "8162") == ["ｱa"]
    assert texts("ibm939", "8162") == ["aｲ"]


@needs_hosts
def test_hard_case_08_kaki_of_1978_and_of_1983(tmp_path: Path) -> None:
    of_1978 = table(tmp_path, "code,unicode,note", "B3C2,8823,蠣")
    assert texts(maker("keis", "hitachi_ebcdik", "hitachi_keis83"), "0A42B3C20A41") == ["蛎"]
    assert texts(maker("keis", "hitachi_ebcdik", "hitachi_keis83", of_1978), "0A42B3C20A41") == ["蠣"]


# tables against independent ones


@needs_hosts
@pytest.mark.parametrize("page", ["930", "939", "1390", "1399"])
def test_ibm_tables_are_those_of_icu(page: str) -> None:
    icu = read_codes(HOSTS / f"ibm-{page}.tsv")
    ours = {code: text for code, text in host_codes(shipped_encodings()[f"ibm{page}"]).items() if code != b"\x3f"}
    assert ours == icu
    assert texts(f"ibm{page}", "3F") == ["\x1a"]  # the host's own mark of a lost character; ICU has no character there


@needs_hosts
def test_every_double_byte_code_of_jef_is_read() -> None:
    """14,541 codes, as many as the Java decoder the table comes from."""
    codes = host_codes(maker("jef", "fujitsu_ebcdik", "fujitsu_jef").encoding)
    assert sum(len(code) == 2 for code in codes) == 14_541


@needs_hosts
def test_hentaigana_of_jef_with_their_voiced_mark() -> None:
    assert texts(maker("jef", "fujitsu_ebcdik", "fujitsu_jef"), "2871AC29") == ["\U0001b019\u3099"]


@needs_hosts
@pytest.mark.parametrize(
    ("form", "files", "first", "last"),
    [
        ("jef", ("fujitsu_ebcdik", "fujitsu_jef"), ("2880A129", "\ue000"), ("28A0FE29", "\uec1d")),
        ("keis", ("hitachi_ebcdik", "hitachi_keis83"), ("0A4281A10A41", "\ue000"), ("0A42A0FE0A41", "\uebbf")),
        ("jips_j", ("nec_ebcdik", "nec_jips"), ("1A7074211A71", "\ue000"), ("1A707E7E1A71", "\ue409")),
        ("jips_j", ("nec_ebcdik", "nec_jips"), ("1A70E0A11A71", "\ue40a"), ("1A70FEFE1A71", "\uef6b")),
    ],
)
def test_user_areas_are_private_use(
    form: str, files: tuple[str, ...], first: tuple[str, str], last: tuple[str, str]
) -> None:
    chosen = maker(form, *files)
    assert texts(chosen, first[0], last[0]) == [first[1], last[1]]


@needs_hosts
def test_ebcdik_of_three_makers() -> None:
    """Digits and kana agree; the lower case letters are the makers' own."""
    for form, file, double in (
        ("jef", "fujitsu_ebcdik", "fujitsu_jef"),
        ("keis", "hitachi_ebcdik", "hitachi_keis83"),
        ("jips_e", "nec_ebcdik", "nec_jips"),
    ):
        assert texts(maker(form, file, double), "F0F181BE40C1") == ["01ｱﾞ A"], form
    assert texts(maker("keis", "hitachi_ebcdik", "hitachi_keis83"), "59") == ["a"]
    assert texts(maker("jef", "fujitsu_ebcdik", "fujitsu_jef"), "59") == [escape(0x59)]


def test_euc_ms_reads_windows_characters() -> None:
    given_codes = [
        "A1C1",
        "A1DD",
        "A1F1",
        "8FA2B7",
        "ADA1",
        "FCF3",
        "F5A1",
        "FEFE",
        "8FF5A1",
        "8FFEFE",
        "8FF3F3",
        "8EB1",
    ]
    assert texts("eucJP-ms", *given_codes) == [
        "～", "－", "￠", "～", "①", "\ue2e4", "\ue000", "\ue3ab", "\ue3ac", "\ue757", "ⅰ", "ｱ",
    ]  # fmt: skip
    assert texts("euc_jp_ms", "7EA9A1FF", "A4") == ["~" + escape(0xA9, 0xA1, 0xFF), escape(0xA4)]


def test_every_code_of_euc_ms_is_that_of_its_table() -> None:
    codes = shipped_table("euc_jp_ms")
    assert len(codes) == 15_206
    found = texts("euc_jp_ms", *(code.hex() for code in codes))
    assert found == list(codes.values())


def test_euc_ms_keeps_the_bytes_of_characters_with_two_codes() -> None:
    chosen = codec("euc_jp_ms")
    assert chosen.keeps(b"\xa1\xc1", "～")
    assert not chosen.keeps(b"\x8f\xa2\xb7", "～")
    assert "～" in chosen.duplicates


# shifts


@pytest.mark.parametrize(
    ("value", "text", "note"),
    [
        ("0E45F145FB0F4040", "秀永  ", None),
        ("C1C20E45F10FF1F2", "AB秀12", None),
        ("0E45F14040404045FB0F", "秀　　永", None),
        ("0E45F145FB", "秀永", "EXT-19"),  # cut off before the shift back
        ("0E45F145", "秀" + escape(0x45), "EXT-19"),  # cut off within a character
        ("0E45F1450FC1", "秀" + escape(0x45) + "A", None),  # half a character before the shift
        ("0F40C1", " A", None),  # a shift back that changes nothing, before anything was read
        ("40400F40", "   ", None),
        ("45F10FC1", "･1" + escape(0x0F) + "A", None),  # the first half of the text was lost
        ("C10F", "A" + escape(0x0F), None),  # what stands before it was read in the wrong state
        ("0E0E45F10F", "秀", None),
        ("0E45F10E45FB0F", "秀" + escape(0x0E) + "永", None),
        ("0E0F", "", None),
        ("0EFDFD0F", escape(0xFD, 0xFD), None),  # no such code
        ("0000", "", "EXT-18"),
        ("FFFFFF", "", "EXT-18"),
        ("C100", "A\0", "EXT-06"),
        ("C13F", "A\x1a", "EXT-09"),
    ],
)
def test_shifts(value: str, text: str, note: str | None) -> None:
    assert texts("ibm930", value) == [text]
    assert notes("ibm930", value) == [note]


@needs_hosts
def test_shifts_of_two_bytes_and_several_forms() -> None:
    keis = maker("keis", "hitachi_ebcdik", "hitachi_keis83")
    assert texts(keis, "C10A42B0A14040B0A20A41F1", "0A41C1", "0A", "0A42B0A10A") == [
        "A亜　唖1",
        "A",
        "\x8e",
        "亜" + escape(0x0A),
    ]
    jef = maker("jef", "fujitsu_ebcdik", "fujitsu_jef")
    assert texts(jef, "28B0A129F1", "38B0A129F1", "30E2B0A129F1", "28A1A140404029") == [
        "亜1",
        "亜1",
        "亜1",
        "　　" + escape(0x40),
    ]


def test_fields_without_shifts_and_fields_that_go_on() -> None:
    page = CODECS["ibm930"]
    assert isinstance(page, HostCodec)
    assert texts(page.double_only(), "45F145FB", "45F10F45", "45F145") == [
        "秀永",
        "秀" + escape(0x0F, 0x45),
        "秀" + escape(0x45),
    ]
    assert texts(page.continued(), "45F10FC1", "0E45F10F") == ["秀A", "秀"]
    values = pa.array([bytes.fromhex(value) for value in ("0E45F1", "0E45F10F", "C1", "0F0E")])
    assert page.ends_open(values).tolist() == [True, False, False, True]


def test_declared_fillings_are_no_doubt() -> None:
    page = CODECS["ibm930"]
    assert isinstance(page, HostCodec)
    low = HostCodec(page.encoding, declared=(0x00,))
    found = decoded(low, "0000", "FFFF")
    assert found.series.to_list() == ["", ""]
    assert (found.notes is not None and found.notes.to_list()) == [None, "EXT-18"]
    assert (found.lossy is not None and found.lossy.to_list()) == [False, True]


@needs_hosts
def test_codes_that_do_not_come_back_keep_their_bytes() -> None:
    found = decoded(maker("jef", "fujitsu_ebcdik", "fujitsu_jef"), "28404029", "28A1A129")
    assert found.series.to_list() == ["　", "　"]
    assert (found.lossy is not None and found.lossy.to_list()) == [False, True]


def test_jips_e_reads_the_table_of_jips_j_through_its_bytes(tmp_path: Path) -> None:
    """The bytes of the file stand for those the table is written in."""
    singles = [f"{0xC1 + number:02X},{0x41 + number:04X}" for number in range(9)]
    singles += [f"{0x81 + number:02X},{0xFF71 + number:04X}" for number in range(30)]
    doubles = [f"30{0x21 + number:02X},{0x4E9C + number:04X}" for number in range(40)]
    codes = CodeFile.of(table(tmp_path, *singles, *doubles))
    turned = [f"{(byte + 0x90) % 256:02X},{byte:04X}" for byte in range(0x21, 0x7F)]
    bytes_table = CodeFile.of(table(tmp_path, *turned, name="bytes.csv"))
    chosen = HostCodec(HostEncoding("e", host_forms()["jips_e"], (codes,), bytes_table))
    assert texts(chosen, "C13F75C0B1C0B23F76", "3F7504B13F76") == ["A亜亝", "\ue000"]


# laws


@settings(deadline=None, max_examples=200)
@given(values=st.lists(st.binary(max_size=24), min_size=1, max_size=6), page=st.sampled_from(PAGES), wide=st.booleans())
def test_any_bytes_are_read_and_those_that_are_not_are_told(values: list[bytes], page: str, wide: bool) -> None:
    """Total; every value alone as in the company of others; escapes are bytes of the value, in order."""
    chosen = CODECS[page]
    assert isinstance(chosen, HostCodec)
    chosen = chosen.double_only() if wide else chosen
    together = chosen.decode_all(pa.array(values)).series.to_list()
    assert together == [chosen.decode_all(pa.array([value])).series[0] for value in values]
    for value, text in zip(values, together, strict=True):
        rest = iter(value)
        assert all(ord(sign) - ESCAPE in rest for sign in text if ord(sign) >= ESCAPE)


_LETTERS = sorted({text for text in shipped_table("ibm1390_double").values()} | set("ｱｲｳABC019- "))


@settings(deadline=None, max_examples=200)
@given(
    value=st.lists(st.sampled_from(_LETTERS), max_size=12).map("".join), page=st.sampled_from(("ibm1390", "ibm1399"))
)
def test_what_is_written_is_read_back(value: str, page: str) -> None:
    raw = HostWriter(shipped_encodings()[page]).text(value)
    assert texts(page, raw.hex()) == [value]


# tables of the user


def test_tables_are_csv_tsv_or_json(tmp_path: Path) -> None:
    csv = table(tmp_path, "code,unicode,note", "# remark", "C4D4,8FBB E0103,辻", "81,U+FF71", "82,")
    assert read_codes(csv) == {b"\xc4\xd4": "辻\U000e0103", b"\x81": "ｱ", b"\x82": ""}
    tsv = table(tmp_path, "81\tFF71", "ECB5\t304B 309A", name="t.tsv")
    assert read_codes(tsv) == {b"\x81": "ｱ", b"\xec\xb5": "か\u309a"}
    rows = '[{"code": "C4D4", "unicode": "8FBB", "hd": "E0103", "options": []},'
    rows += ' {"code": "42BB", "unicode": "FA30", "options": ["cjk_ci"]}]'
    assert read_codes(table(tmp_path, rows, name="t.json")) == {b"\xc4\xd4": "辻\U000e0103"}


def test_faults_of_a_table_are_told_by_line(tmp_path: Path) -> None:
    bad = table(tmp_path, "code,unicode", "XYZ,8FBB", "81,漢", "82,D800", "83,20000 20001 20002")
    with pytest.raises(MappingError) as raised:
        read_codes(bad)
    assert [fault.place for fault in raised.value.faults] == ["2行", "3行", "4行", "5行"]
    with pytest.raises(UserError, match="JSON として読めません"):
        read_codes(table(tmp_path, "[", name="t.json"))
    latin = tmp_path / "latin.csv"
    latin.write_bytes("81,ア".encode("cp932"))
    with pytest.raises(UserError, match="UTF-8 で書かれていません"):
        read_codes(latin)


def test_an_encoding_without_its_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="2バイト文字の表がありません"):
        host_codes(HostEncoding("k", host_forms()["keis"], (CodeFile.of(table(tmp_path, *_singles())),)))
    with pytest.raises(UserError, match="1バイト文字の表がありません"):
        host_codes(HostEncoding("k", host_forms()["keis"]))


def _singles() -> list[str]:
    return [f"{0x81 + number:02X},{0xFF71 + number:04X}" for number in range(40)]
