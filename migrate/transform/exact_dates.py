"""The plain forms of a day, read a whole column at a time.

Most of a v2 date column is in a handful of forms and yet has nearly as many distinct texts as rows. What is
read here reads the same through `migrate.transform.date_texts`, text by text; everything else goes there.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from migrate.rulebook.dates import DatePolicy
from migrate.transform.columns import Mask, mask_of, rows_of

Numbers = npt.NDArray[np.int64]

_DAY, _MONTH = "(?P<day>[0-9]{1,2})", "(?P<month>[0-9]{1,2})"
_SIGNS = ("/", r"\.", "-")


class _Form(NamedTuple):
    """A shape of `rules/dates.yaml` as Arrow's regular expressions read it."""

    shape: str
    expression: str
    two_digits: bool = False


_FORMS = tuple(  # one separator after the other, for RE2 cannot ask for the same one twice
    _Form(shape, f"^{expression}$", shape.endswith("yy") and not shape.endswith("yyyy"))
    for shape, expressions in {
        "yyyy-mm-dd": [f"(?P<year>[0-9]{{4}})-{_MONTH}-{_DAY}(?: 00:00:00)?"],
        "dd/mm/yyyy": [f"{_DAY}{sign}{_MONTH}{sign}(?P<year>[0-9]{{4}})" for sign in _SIGNS],
        "dd/mm/yy": [f"{_DAY}{sign}{_MONTH}{sign}(?P<year>[0-9]{{2}})" for sign in _SIGNS],
        "dd month yyyy": [f"{_DAY}(?:st|nd|rd|th)?[ -](?P<month>[A-Za-z]{{3,9}})[ -](?P<year>[0-9]{{4}})"],
        "dd month yy": [f"{_DAY}(?:st|nd|rd|th)?[ -](?P<month>[A-Za-z]{{3,9}})[ -](?P<year>[0-9]{{2}})"],
    }.items()
    for expression in expressions
)  # fmt: skip


def read_exact_days(texts: pa.LargeStringArray, policy: DatePolicy) -> tuple[pa.Array, Mask]:
    """Return the days (date32) of all texts in a plain form, and where they are; NULL and blank included."""
    trimmed = pc.utf8_trim_whitespace(texts)
    blank = mask_of(pc.fill_null(pc.equal(trimmed, ""), True))
    days = np.zeros(len(texts), dtype=np.int64)
    exact = np.zeros(len(texts), dtype=bool)
    shapes = {form.shape for form in policy.formats}
    left = rows_of(~blank)
    for form in _FORMS:
        if form.shape in shapes and len(left):
            left = _read_form(form, trimmed, policy, left, days, exact)
    values = pa.array(days.astype(np.int32), pa.int32(), mask=~exact).cast(pa.date32())
    return values, exact | blank


def _read_form(
    form: _Form, texts: pa.Array, policy: DatePolicy, left: Numbers, days: Numbers, exact: Mask
) -> Numbers:
    """Write the days of the texts in one form to their places, and return the rows that are still left."""
    remaining = texts.take(pa.array(left))
    matching = mask_of(pc.match_substring_regex(remaining, form.expression))
    rows = left[matching]
    if not len(rows):
        return left
    parts = pc.extract_regex(remaining.filter(pa.array(matching)), form.expression)
    year, day = (_number(parts.field(name)) for name in ("year", "day"))
    if form.two_digits:
        start = policy.two_digit_years_from
        year = start + (year - start) % 100
    month = _month(parts.field("month"), policy)
    real = (policy.years.earliest <= year) & (year <= policy.years.latest) & (month >= 1) & (month <= 12)  # noqa: PLR2004
    first = _first_of_month(np.where(real, year, 2000), np.where(real, month, 1))
    length = _first_of_month(np.where(real, year, 2000), np.where(real, month, 1) + 1) - first
    real &= (day >= 1) & (day <= length)
    days[rows[real]] = (first + day - 1)[real]
    exact[rows[real]] = True
    return np.concatenate([left[~matching], rows[~real]])


def _first_of_month(year: Numbers, month: Numbers) -> Numbers:
    """Return the first day of months as days since 1970; month 13 is January of the next year."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def _number(texts: pa.Array) -> Numbers:
    numbers: Numbers = pc.cast(texts, pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _month(texts: pa.Array, policy: DatePolicy) -> Numbers:
    """Return months by number or name; 0 for a name that is none."""
    if mask_of(pc.match_substring_regex(texts, "^[0-9]")).any():
        return _number(texts)
    names = list(policy.month_numbers)
    places = pc.index_in(pc.utf8_lower(texts), value_set=pa.array(names, texts.type))
    numbers = pa.array([policy.month_numbers[name] for name in names], pa.int64()).take(places)
    return _number(pc.fill_null(numbers, 0))
