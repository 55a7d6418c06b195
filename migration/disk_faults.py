"""Faults of the disk and of permissions, told as what a person can do about them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mappings.errors import shown_path

_ADVICE = {
    errno.ENOSPC: "ディスクの空きがありません。空きを作ってから、もう一度実行してください（続きから始まります）。",
    errno.EDQUOT: "使えるディスクの量を超えました。空きを作ってから、もう一度実行してください（続きから始まります）。",
    errno.EFBIG: "ファイルの大きさの上限を超えました。ディスクの設定を管理者に確かめてください。",
    errno.EACCES: "読み書きの権限がありません。ファイルとフォルダの権限を確かめてください。",
    errno.EPERM: "読み書きの権限がありません。ファイルとフォルダの権限を確かめてください。",
    errno.EROFS: "書き込みのできない場所です。書き込める場所に作業領域を置いてください。",
    errno.ENOTDIR: "フォルダのあるべき所にファイルがあります。ファイルをよそへ移してください。",
    errno.EISDIR: "ファイルのあるべき所にフォルダがあります。フォルダをよそへ移してください。",
    errno.ENAMETOOLONG: "ファイルやフォルダの名前が長すぎます。短い名前の場所に作業領域を置いてください。",
    errno.EMFILE: "同時に開けるファイルの数の上限に達しました。上限（ulimit -n）を上げてください。",
    errno.EIO: "ディスクの読み書きに失敗しました。ディスクが壊れていないか確かめてください。",
}


def told(error: Exception) -> str | None:
    """A message for a fault of the disk or of permissions, which a person can put right; None for any other.

    Polars tells of such faults in its own exceptions: "… (os error 28)", or "transport error" where a Parquet file
    could not be ended.
    """
    said = str(error)
    code = getattr(error, "errno", None) or next((number for number in _ADVICE if f"(os error {number})" in said), 0)
    if "transport error" in said:
        return (
            "ファイルを最後まで書けませんでした。"
            "ディスクの空きを確かめて、もう一度実行してください（続きから始まります）。"
        )
    if said.startswith("parquet: "):  # only our own: a Parquet file that a person names is read by `ikou diff`
        return "途中結果のファイルが壊れています。`ikou run` をもう一度実行してください（壊れたものを作り直します）。"
    if code not in _ADVICE:
        return None
    name = getattr(error, "filename", None)
    place = f"{shown_path(Path(os.fsdecode(name)))}: " if name else ""
    return f"{place}{_ADVICE[code]}"
