"""The numbers of persons, households, vehicles and seals. All follow from running numbers, so they are unique."""

from __future__ import annotations

import polars as pl

from sample_data.forms import check_digit, padded

_STEP = 7_919


def address_number(person: pl.Expr, checked_since: int) -> pl.Expr:
    """宛名番号, 10 digits; from `checked_since` on the last is its check digit (M11 W2–7), before it never is."""
    serial = 1_000_000 + person
    good = check_digit(serial, 9)
    last = pl.when(person >= checked_since).then(good).otherwise((good + 1 + person % 8) % 10)
    return pl.when(person > 0).then(padded(serial * 10 + last, 10)).otherwise(pl.lit(""))


def outsider_number(number: pl.Expr) -> pl.Expr:
    """宛名番号 of 住登外者: a range of their own, always with a check digit."""
    serial = 80_000_000 + number
    return padded(serial * 10 + check_digit(serial, 9), 10)


def household_number(household: pl.Expr) -> pl.Expr:
    """世帯番号, 10 digits with check digit."""
    serial = 5_000_000 + household
    return padded(serial * 10 + check_digit(serial, 9), 10)


def resident_code(person: pl.Expr) -> pl.Expr:
    """住民票コード: 10 digits spread over the range, and the check digit."""
    serial = 1_000_000_000 + person * _STEP * 7
    return padded(serial * 10 + check_digit(serial, 10), 11)


def personal_number(person: pl.Expr) -> pl.Expr:
    """個人番号: 11 digits and the check digit. Invented; nobody's."""
    serial = 20_000_000_000 + person * _STEP * 101
    return padded(serial * 10 + check_digit(serial, 11), 12)


def pension_number(person: pl.Expr) -> pl.Expr:
    """基礎年金番号 9999-999999."""
    text = padded(4_100_000_000 + person * 7_001, 10)
    return text.str.slice(0, 4) + "-" + text.str.slice(4)


def elderly_number(person: pl.Expr) -> pl.Expr:
    """被保険者番号 of 後期高齢者医療: 7 digits and the check digit (M10 W2–1, the digits of the products added)."""
    serial = 1_000_000 + person * 11
    total: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for place in range(7):
        product = (serial // 10**place % 10) * (2 - place % 2)
        total = total + product // 10 + product % 10
    return padded(serial * 10 + (10 - total % 10) % 10, 8)
