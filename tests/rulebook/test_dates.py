"""`rules/dates.yaml`, checked on reading."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.resources import resource
from migrate.rulebook.dates import load_date_policy

SHIPPED = resource("rules/dates.yaml").read_text(encoding="utf-8")
YEARS = [(30, 1930), (99, 1999), (0, 2000), (10, 2010), (29, 2029)]
MISTAKES = [  # what stands there, what is written instead, what the error names
    ("shape: yyyy-mm-dd, precision: day", "shape: yyyy-mmm-dd, precision: day", "formats.0.shape: "),
    ("shape: mm/yyyy, precision: month", "shape: mm/yyyy, precision: week", "formats.8.precision: "),
    ("two_digit_years_from: 1930", "two_digit_years_from: soon", "two_digit_years_from: "),
    ("latest: 2099", "latest: 1899", "must not be before the earliest"),
    ("  12: [december, dec]", "  13: [december, dec]", "months.13"),
    ("  12: [december, dec]\n", "", "months must name every month (without a name: 12)"),
    ("languages:", "tongues:", "tongues: "),
]


@pytest.mark.parametrize(("two_digits", "year"), YEARS)
def test_two_digits_are_a_year_from_1930_to_2029(two_digits: int, year: int) -> None:
    assert load_date_policy().full_year(two_digits) == year


def test_every_word_is_in_lower_case() -> None:
    policy = load_date_policy()
    words = {
        *policy.open_ended,
        *policy.month_numbers,
        *policy.weekday_numbers,
        *policy.seasons,
        *policy.connectors,
    }
    assert words == {word.lower() for word in words}


@pytest.mark.parametrize(("shipped", "wrong", "words"), MISTAKES)
def test_a_mistake_is_named(tmp_path: Path, shipped: str, wrong: str, words: str) -> None:
    assert shipped in SHIPPED
    path = tmp_path / "dates.yaml"
    path.write_text(SHIPPED.replace(shipped, wrong), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_date_policy(tmp_path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")
