"""Dates in plain forms, read a whole column at a time.

Most texts of a v2 date column are in a handful of forms, yet nearly all are distinct, so that reading each
distinct text once would save little. `migrate.transform.date_texts` would read the same dates from them, one
at a time; it also reads all other texts.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from migrate.rulebook.dates import DatePolicy
from migrate.transform.columns import Mask, mask_of, rows_of

Numbers = npt.NDArray[np.int64]

_TWO_DIGITS, _MONTHS = 2, 12
_DAY, _MONTH, _YEAR = "(?P<day>[0-9]{1,2})", "(?P<month>[0-9]{1,2})", "(?P<year>[0-9]{2,4})"


class _Form(NamedTuple):
    """Shapes of `rules/dates.yaml` that one regular expression reads.

    It has at most four groups: with five, RE2 takes three times as long.
    """

    expression: str
    shapes: Mapping[int, str]
    """Digits of the year → the shape."""
    names_month: bool = False
    beginning: str = ""
    """What a text must also begin with: RE2 has no backreference to ask for the same separator twice."""


_FORMS = (
    _Form(f"^(?P<year>[0-9]{{4}})-{_MONTH}-{_DAY}(?: 00:00:00)?$", {4: "yyyy-mm-dd"}),
    _Form(
        f"^{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}$",
        {4: "dd/mm/yyyy", 2: "dd/mm/yy"},
        beginning=r"^[0-9]+(?:/[0-9]+/|\.[0-9]+\.|-[0-9]+-)",
    ),
    _Form(
        f"^{_DAY}(?:st|nd|rd|th)?[ -](?P<month>[A-Za-z]{{3,9}})[ -]{_YEAR}$",
        {4: "dd month yyyy", 2: "dd month yy"},
        names_month=True,
    ),
)


def read_exact_days(texts: pa.LargeStringArray, policy: DatePolicy) -> tuple[pa.Array, Mask]:
    """Return a day (date32) for each text in a plain form, and which texts these are.

    NULL and blank texts are among them; their day is NULL.
    """
    trimmed = pc.utf8_trim_whitespace(texts)
    blank = mask_of(pc.fill_null(pc.equal(trimmed, ""), True))
    days = np.zeros(len(texts), dtype=np.int64)
    exact = np.zeros(len(texts), dtype=bool)
    shapes = {form.shape for form in policy.formats}
    left = rows_of(~blank)
    for form in _FORMS:
        lengths = [digits for digits, shape in form.shapes.items() if shape in shapes]
        if lengths and len(left):
            is_day, found = _read_form(form, lengths, trimmed.take(pa.array(left)), policy)
            days[left[is_day]] = found
            exact[left[is_day]] = True
            left = left[~is_day]
    values = pa.array(days.astype(np.int32), pa.int32(), mask=~exact).cast(pa.date32())
    return values, exact | blank


def _read_form(
    form: _Form, lengths: Sequence[int], texts: pa.Array, policy: DatePolicy
) -> tuple[Mask, Numbers]:
    """Return which texts are a day in this form, and those days, counted since 1970.

    lengths: how many digits a year may have.
    """
    parts = pc.extract_regex(texts, form.expression)
    matching = mask_of(pc.is_valid(parts))
    if not matching.any():
        return matching, np.empty(0, dtype=np.int64)
    names = [field.name for field in parts.type]
    parsed = dict(zip(names, parts.filter(pa.array(matching)).flatten(), strict=True))
    year, has_length = _full_years(parsed["year"], lengths, policy)
    month = (
        _number_of(parsed["month"], policy.month_numbers) if form.names_month else _number(parsed["month"])
    )
    earliest, latest = policy.years.earliest, policy.years.latest
    real = has_length & (earliest <= year) & (year <= latest) & (month >= 1) & (month <= _MONTHS)
    firsts, place = _firsts_of_months(earliest, latest), (year - earliest) * _MONTHS + month - 1
    place[~real] = 0
    first, following, day = firsts[place], firsts[place + 1], _number(parsed["day"])
    real &= (day >= 1) & (day <= following - first)
    if form.beginning:
        real &= mask_of(pc.match_substring_regex(texts.filter(pa.array(matching)), form.beginning))
    is_day = np.zeros(len(texts), dtype=bool)
    is_day[matching] = real
    return is_day, (first + day - 1)[real]


def _full_years(texts: pa.Array, lengths: Sequence[int], policy: DatePolicy) -> tuple[Numbers, Mask]:
    """Return the years, those of two digits in full, and which have one of the allowed numbers of digits."""
    digits = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    year = _number(texts)
    if _TWO_DIGITS in lengths:
        start = policy.two_digit_years_from
        year = np.where(digits == _TWO_DIGITS, start + (year - start) % 100, year)
    return year, np.isin(digits, lengths)


@lru_cache
def _firsts_of_months(earliest: int, latest: int) -> Numbers:
    """Return the first day of each month of some years, and of the month after them, as days since 1970."""
    months = np.arange(f"{earliest:04}-01", f"{latest + 1:04}-02", dtype="datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def _number(texts: pa.Array) -> Numbers:
    numbers: Numbers = pc.cast(texts, pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _number_of(names: pa.Array, numbers: Mapping[str, int]) -> Numbers:
    """Return months by their names; 0 for a name that is none."""
    places = pc.index_in(pc.utf8_lower(names), value_set=pa.array(list(numbers), names.type))
    return _number(pc.fill_null(pa.array(list(numbers.values()), pa.int64()).take(places), 0))
