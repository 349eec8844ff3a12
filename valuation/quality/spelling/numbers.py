"""Numbers as people write them: 1,234.56 · 12% · ¥1,234 · １２３, the forms that a contract may declare.

ODCS has no place for it, so a property says it as `customProperties: [{property: numberForm, value: grouped}]`. A
number of a form is read exactly: the value of 12.3% is the double next to 0.123. What is written otherwise is none.
"""

from typing import Final

import polars as pl

from valuation.quality.spelling.width import plain_width

_PLAIN = r"[0-9]+(?:\.[0-9]+)?"
_GROUPED = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|" + _PLAIN + ")"
_CURRENCIES: Final = {
    "CNY": (r"(?:¥|RMB|CNY|人民币)", r"(?:元|RMB|CNY|人民币)"),
    "USD": (r"(?:\$|US\$|USD)", r"(?:美元|USD)"),
    "HKD": (r"(?:HK\$|HKD)", r"(?:港元|港币|HKD)"),
    "EUR": (r"(?:€|EUR)", r"(?:欧元|€|EUR)"),
    "GBP": (r"(?:£|GBP)", r"(?:英镑|GBP)"),
    "JPY": (r"(?:JPY|円)", r"(?:日元|円|JPY)"),
}
NUMBER_FORMS: Final = ("digits", "grouped", "percent", *_CURRENCIES)
"""Plain digits of either width, or in a cell of text; thousands parted by commas; hundredths; amounts of a currency."""


def _shape(form: str) -> str:
    """The whole of a text of this form; a number below zero has a sign or stands in brackets."""
    if form == "digits":
        return rf"^[+-]?{_PLAIN}$"
    if form == "grouped":
        return rf"^(?:[+-]?{_GROUPED}|\({_GROUPED}\))$"
    if form == "percent":
        return rf"^[+-]?{_GROUPED} ?%$"
    before, after = _CURRENCIES[form]
    amount = rf"(?:[+-]?{before} ?[+-]?{_GROUPED}(?: ?{after})?|[+-]?{_GROUPED} ?{after}|\({before} ?{_GROUPED}\))"
    return rf"^{amount}$"


def numbers(text: pl.Series, form: str, dtype: pl.DataType) -> pl.Series:
    """Read texts of a form as numbers of a type; what is no number of this form becomes NULL."""
    given = plain_width(text).str.strip_chars(" ")
    kept = pl.select(pl.when(given.str.contains(_shape(form))).then(given)).to_series()
    digits = kept.str.extract(r"([0-9][0-9,]*(?:\.[0-9]+)?)").str.replace_all(",", "", literal=True)
    below = kept.str.contains(r"^\(|-")
    signed = pl.select(
        pl.concat_str([pl.when(below).then(pl.lit("-")).otherwise(pl.lit("")), digits])
        + pl.lit("e-2" if form == "percent" else "")
    ).to_series()
    return signed.cast(dtype, strict=False).alias(text.name)


def form_of(text: pl.Series) -> str | None:
    """The form in which all of these texts are written as numbers, none of them plainly."""
    there = text.drop_nulls()
    if plain_width(there) is there and there.str.contains(_shape("digits")).all():
        return None
    head = there.head(1000)
    for form in NUMBER_FORMS:
        number = pl.Float64()
        if not numbers(head, form, number).null_count() and not numbers(there, form, number).null_count():
            return form
    return None
