"""[encodings.<name>] of a source.toml: a host encoding of the vendor, with the tables of its codes."""

from __future__ import annotations

from pathlib import Path

from mappings.code_table_files import CodeFile
from mappings.definition_files import Reading
from mappings.fields import Fields
from mappings.host_encodings import HostEncoding, host_forms


def read_encoding(reading: Reading, folder: str, fields: Fields, name: str) -> HostEncoding | None:
    """One encoding; its tables are looked for in the vendor's folder `folder`, then in the folder of all areas."""
    form = host_forms().get(fields.text("form", known=host_forms()))
    files = [_table(reading, folder, fields, "tables", place) for place in fields.texts("tables")]
    bytes_place = fields.text("bytes", "")
    bytes_table = _table(reading, folder, fields, "bytes", bytes_place) if bytes_place else None
    fields.close()
    if form is None:
        return None
    if not files and not form.tables:
        advice = 'tables = ["tables/1byte.csv", "tables/2byte.csv"] のように、資料から作った表を示してください'
        fields.fault("tables", f"{form.title} の文字の表が書かれていません", advice)
    return HostEncoding(name, form, tuple(file for file in files if file), bytes_table)


def _table(reading: Reading, folder: str, fields: Fields, key: str, place: str) -> CodeFile | None:
    if Path(place).is_absolute() or ".." in Path(place).parts:
        fields.fault(key, f"「{place}」は使えません", "表は現行システムのフォルダーの中に置いてください")
        return None
    path = reading.find(f"{folder}/{place}") or reading.find(place)
    if path is None:
        fields.fault(key, f"文字の表 {place} がありません", f"{folder}/{place} に置いてください")
        return None
    return CodeFile.of(path)
