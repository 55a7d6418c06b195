"""What an address is split into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PARTS = (
    "郵便番号",
    "都道府県",
    "市区町村",
    "市区町村コード",
    "通り名",
    "町字",
    "町字ID",
    "小字",
    "番地号",
    "方書",
    "残り",
)
DOUBTS = {
    "ADR-01": ("町字", "町字ID", "残り"),
    "ADR-02": ("市区町村", "市区町村コード", "町字", "町字ID", "残り"),
    "ADR-03": ("番地号", "残り"),
    "ADR-04": ("郵便番号", "町字"),
}
CODES = ("市区町村コード", "町字ID")


@dataclass(frozen=True, slots=True)
class Address:
    """One text split. `begins`: where the piece of each part begins in it (several parts may be filled in).

    `note` is a doubt and `rule` its id.
    """

    text: str
    parts: Mapping[str, str]
    begins: tuple[tuple[int, str], ...]
    flags: tuple[str, ...] = ()
    note: str = ""
    rule: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        """The parts that the note leaves doubtful."""
        return DOUBTS.get(self.rule, ())

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """The pieces of the text in order, each with its part; joined they are the text, whatever it is."""
        begins = sorted(self.begins) or [(0, "残り")]
        cuts = [0, *(place for place, _ in begins[1:]), len(self.text)]
        pieces = zip(begins, cuts, cuts[1:], strict=False)
        return tuple((part, self.text[first:last]) for (_, part), first, last in pieces if first < last)

    @property
    def value(self) -> str:
        """The normalised whole: the parts that are no codes, one after the other; a space before 方書."""
        return joined(self.parts)


def joined(parts: Mapping[str, str]) -> str:
    """Parts as one text: 〒NNN-NNNN and a space, then the parts in their order; a space before 方書 and no other."""
    postal = parts.get("郵便番号", "")
    text = "".join(
        f" {value}" if name == "方書" else value
        for name in PARTS[1:]
        if name not in CODES and (value := parts.get(name))
    )
    return f"〒{postal[:3]}-{postal[3:]} {text}".strip() if postal else text.strip()
