"""How dates are read: formats in order, words for an open end, seasons (`rules/dates.yaml`)."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from migrate.rulebook.files import rule_file
from migrate.rulebook.locales import LocaleName
from migrate.rulebook.yaml_file import RuleModel, Word, read_rules

Precision = Literal["day", "month", "year"]
Month = Annotated[int, Field(ge=1, le=12)]

SHAPE_PART = re.compile(r"yyyy|yy|mm|dd|month|[-/ ]")


class DateFormat(RuleModel):
    """A shape of text, and how precise a date in this shape is."""

    shape: str
    precision: Precision

    @field_validator("shape")
    @classmethod
    def _check_shape(cls, shape: str) -> str:
        if not shape or SHAPE_PART.sub("", shape):
            raise ValueError("must be made of yyyy, yy, mm, dd, month, and / - or a blank between them")
        return shape


class Years(RuleModel):
    """The first and the last year that a date may be in."""

    earliest: int = Field(ge=1)
    latest: int = Field(le=9999)

    @model_validator(mode="after")
    def _check_order(self) -> "Years":
        if self.latest < self.earliest:
            raise ValueError("the latest year must not be before the earliest")
        return self


class TwoDigitYears(RuleModel):
    """Which century a year of two digits is in."""

    two_digit_years_from: int = Field(ge=1000, le=9899)

    def full_year(self, two_digits: int) -> int:
        """Return the year of four digits that two digits mean."""
        start = self.two_digit_years_from
        return start + (two_digits - start) % 100


class DatePolicy(TwoDigitYears):
    """Everything that decides how a text becomes a date."""

    formats: tuple[DateFormat, ...]
    years: Years
    open_ended: frozenset[Word]
    months: dict[Month, tuple[Word, ...]]
    weekdays: Annotated[tuple[tuple[Word, ...], ...], Field(min_length=7, max_length=7)]
    seasons: dict[Word, tuple[Month, ...]]
    languages: tuple[LocaleName, ...]
    no_months: frozenset[Word] = frozenset()
    connectors: frozenset[Word]

    @model_validator(mode="after")
    def _check_months(self) -> "DatePolicy":
        missing = [str(month) for month in range(1, 13) if not self.months.get(month)]
        if missing:
            raise ValueError(f"months must name every month (without a name: {', '.join(missing)})")
        return self

    @cached_property
    def month_numbers(self) -> dict[str, int]:
        """Name of a month → its number."""
        return {name: month for month, names in self.months.items() for name in names}

    @cached_property
    def weekday_numbers(self) -> dict[str, int]:
        """Name of a day → 0 for Monday to 6 for Sunday."""
        return {name: day for day, names in enumerate(self.weekdays) for name in names}

    @cached_property
    def _fingerprint(self) -> str:
        return self.model_dump_json()

    def __hash__(self) -> int:
        return hash(self._fingerprint)


def load_date_policy(folder: Path | None = None) -> DatePolicy:
    """Read the date policy. Raises ConfigurationError that names file, line and key."""
    return read_rules(rule_file("dates.yaml", folder), DatePolicy)
