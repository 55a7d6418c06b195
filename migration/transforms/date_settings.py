"""What a town settles about dates in `[references]`, as rules for reading them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from mappings.errors import Fault, MappingError
from migration.transforms.compact_dates import compact_dates
from migration.transforms.dates import settled_values
from migration.transforms.eras import STANDARD_CODES, era_codes
from migration.transforms.legacy_date import GIF, GIF_2021, NULL, SYSTEMS, DateRules
from migration.transforms.references import References, Setting
from migration.transforms.spec import Outcome, Prepared

UNKNOWN_DATES = Setting(
    "unknown_dates",
    "不詳の日付を DATE にどう書くか。systems＝0000・00・春夏秋冬 A1〜A4・上中下旬 A1〜A3、"
    "gif＝DS-441（9999・99・季節 A1〜D4・旬 10/20/30）、gif2021＝その旧版（季節 10/20/30/40）、null＝空",
    choices=(SYSTEMS, GIF, GIF_2021, NULL),
    default=SYSTEMS,
)
ERA_CODES = Setting("era_codes", "元号コード。例 明1大2昭3平4令5西0不9（不＝元号不明）", default=STANDARD_CODES)
SENTINELS = Setting("date_sentinels", "日付がないことを表す値。空白か「,」で区切る（決まった値に加える）")
UNKNOWNS = Setting("date_unknown_values", "年月日不詳を表す値。空白か「,」で区切る。例 9999999")
DATE_SETTINGS = (UNKNOWN_DATES, ERA_CODES, SENTINELS, UNKNOWNS)

Reader = Callable[[str, str, DateRules], Outcome]
Fast = Callable[[DateRules, pl.Series], pl.Series]


def date_rules(references: References) -> DateRules:
    codes = references.text(ERA_CODES)
    if not era_codes(codes):
        problem = (
            f"「{codes}」は元号コードとして読めません。「明1大2昭3平4令5」のように、元号の1文字とコードを並べてください"
        )
        raise MappingError([Fault("ikou.toml", f"[references] {ERA_CODES.name}", problem)])
    return DateRules(
        references.text(UNKNOWN_DATES),
        codes,
        settled_values(references.text(SENTINELS)),
        settled_values(references.text(UNKNOWNS)),
    )


def reading(reader: Reader, fast: Fast | None = None) -> Callable[[References, str], Prepared]:
    """`prepare` of a transform that reads dates by the town's rules. `fast`: `usual_days` or `usual_numbers`."""

    def prepare(references: References, argument: str) -> Prepared:
        rules = date_rules(references)
        quick = None if fast is None else partial(fast, rules)
        return Prepared(partial(_read, reader, argument, rules), quick)

    return prepare


def usual_days(rules: DateRules, texts: pl.Series) -> pl.Series:
    """The usual days of a column in any form."""
    settled = rules.sentinels | rules.unknowns
    if not settled:
        return compact_dates(texts, rules.codes)
    found = compact_dates(texts, rules.codes, written=False)  # digits are settled as they stand
    kept = ~texts.is_in(sorted(settled)).fill_null(False)
    return found.to_frame("found").select(pl.when(kept).then(pl.col("found"))).to_series()


def usual_numbers(rules: DateRules, texts: pl.Series) -> pl.Series:
    """The usual days among the texts of eight bytes: YYYYMMDD."""
    eight = pl.col("text").str.len_bytes() == 8
    numbers = texts.to_frame("text").select(pl.when(eight).then(pl.col("text"))).to_series()
    return usual_days(rules, numbers)


def _read(reader: Reader, argument: str, rules: DateRules, text: str) -> Outcome:
    return reader(text, argument, rules)
