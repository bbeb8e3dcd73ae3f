"""The bounds of `rules/durations.yaml` at which a text may have a second reading."""

import re
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, PlainValidator, model_validator

from migrate.rulebook.yaml_file import RuleModel

Hours = Annotated[Decimal, Field(gt=0, le=24)]


def _parts(fraction: object) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)/([1-9]\d*)", str(fraction))
    if found is None:
        raise ValueError("must be a fraction such as 1/2")
    return int(found[1]), int(found[2])


Fraction = Annotated[tuple[int, int], PlainValidator(_parts)]


class HourSpan(RuleModel):
    """A range of hours that includes both its bounds."""

    least: Hours
    most: Hours

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.least > self.most:
            raise ValueError("least must not be over most")
        return self

    def __contains__(self, hours: Decimal) -> bool:
        """Say whether hours are in the range."""
        return self.least <= hours <= self.most


class DoubtPolicy(RuleModel):
    """The bounds at which a second reading is so likely that the duration stays blank."""

    length_of_day: HourSpan
    part_of_day_below: Hours
    hours_of_each_day: HourSpan
    hours_at_a_number: HourSpan
    cpd_minutes_up_to: Hours
    widest_range: int = Field(ge=1)
    minutes_from: int = Field(ge=0, lt=60)
    breaks_in_a_clock_range: int = Field(ge=1)
    breaks_of_a_day: Annotated[Decimal, Field(ge=0, lt=24)]
    counted_in_the_singular: int = Field(ge=1)
    days_after_a_name: int = Field(ge=0)
    fractions: frozenset[Fraction]
    hour_fractions: frozenset[Fraction]
    largest_denominator: int = Field(ge=1)
    counted_fraction_below: Annotated[Decimal, Field(gt=0)]
