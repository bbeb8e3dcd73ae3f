"""The duration policy: what `rules/durations.yaml` may say, checked on loading."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SkipValidation, field_validator

from migrate.errors import ConfigurationError
from migrate.rulebook.anomalies import Severity, gravity, load_catalogue
from migrate.rulebook.dates import TwoDigitYears
from migrate.rulebook.doubts import DoubtPolicy, HourSpan
from migrate.rulebook.files import rule_file
from migrate.rulebook.languages import LanguageRules, load_language
from migrate.rulebook.shapes import ShapeRule, load_shapes
from migrate.rulebook.yaml_file import RuleModel, read_rules

Positive = Annotated[Decimal, Field(gt=0)]
ClockTime = Annotated[str, Field(pattern=r"^\d{1,2}:[0-5]\d$")]


@dataclass(frozen=True)
class Words:
    """The words of the policy's languages, and the shapes of amounts.

    Two of the same version are equal.
    """

    version: str = ""
    languages: Mapping[str, LanguageRules] = field(default_factory=dict, compare=False)
    shapes: tuple[ShapeRule, ...] = field(default=(), compare=False)


class CreditPolicy(RuleModel):
    """How many hours one credit or point is, and how many are offered to the reviewer as a candidate."""

    hours_each: Positive | None
    candidate_hours: Positive


class DateSpanPolicy(TwoDigitYears):
    """How dates in place of a duration are counted, in days."""

    max_days: int = Field(ge=1)
    every_day_up_to: int = Field(ge=1)
    without_year_up_to: int = Field(ge=1)
    first_year: int = Field(ge=1000)
    last_year: int = Field(le=9999)


class ClockPolicy(RuleModel):
    """When a number is, or may be, a time of day."""

    time_of_day_from: ClockTime
    time_of_day_to: ClockTime
    time_of_day_minutes: frozenset[Annotated[int, Field(ge=0, lt=60)]]
    day: HourSpan
    amounts_before: ClockTime
    round_hours: int = Field(ge=1)
    beside_days_from: Positive
    beside_days_step: int = Field(ge=1, lt=60)

    @cached_property
    def quarters(self) -> frozenset[int]:
        """The minutes that a time of day may have, without the full hour."""
        return self.time_of_day_minutes - {0}

    @cached_property
    def amounts_before_minutes(self) -> int:
        """The minutes after midnight before which no course ends."""
        return _minutes(self.amounts_before)

    def may_be_time_of_day(self, minutes: int) -> bool:
        """Say whether H:MM, given as minutes since midnight, may be a time of day."""
        return (
            _minutes(self.time_of_day_from) <= minutes <= _minutes(self.time_of_day_to)
            and minutes % 60 in self.time_of_day_minutes
        )


class DurationPolicy(RuleModel):
    """Every value that decides how a text becomes hours."""

    hours_per_day: Annotated[Decimal, Field(gt=0, le=24)]
    days_per_week: Annotated[Decimal, Field(gt=0, le=7)]
    weeks_per_fortnight: Positive
    max_full_time_weeks: Positive
    max_hours: Positive
    default_unit: Literal["none", "hours", "days"]
    max_text_length: int = Field(ge=100)
    max_items: int = Field(ge=1)
    max_amounts: int = Field(ge=1)
    credits: dict[Literal["credit", "point"], CreditPolicy]
    dates: DateSpanPolicy
    clock: ClockPolicy
    doubts: DoubtPolicy
    decimal_minutes: frozenset[str]
    units: dict[str, str | None]
    languages: tuple[str, ...]
    precedence: dict[Severity, tuple[str, ...]]
    words: SkipValidation[Words] = Words()
    """Read from the files beside the policy's own."""
    unfilled_reasons: SkipValidation[Mapping[str, str]] = {}
    """What the catalogue of anomalies says of each code."""

    @field_validator("precedence")
    @classmethod
    def _every_code_stands_once(
        cls, codes: dict[Severity, tuple[str, ...]]
    ) -> dict[Severity, tuple[str, ...]]:
        twice = [code for code, times in Counter(chain(*codes.values())).items() if times > 1]
        if twice:
            raise ValueError(f"a code must stand once ({', '.join(twice)} stands twice)")
        return codes

    @cached_property
    def severities(self) -> dict[str, Severity]:
        """Each code's severity."""
        return {code: severity for severity, codes in self.precedence.items() for code in codes}

    @cached_property
    def rank(self) -> dict[str, tuple[int, int]]:
        """Each code's place: the smallest is the code, the others are assumptions."""
        return {
            code: (gravity(severity), place)
            for severity, codes in self.precedence.items()
            for place, code in enumerate(codes)
        }

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why a text of each code was read so or left blank, with the policy's values."""
        return {code: self._filled(reason) for code, reason in self.unfilled_reasons.items()}

    @cached_property
    def unit_hours(self) -> dict[str, Decimal | None]:
        """Each unit's hours, from one pint registry; None for elapsed time."""
        return _unit_hours(
            tuple((name, text and self._filled(text)) for name, text in self.units.items()),
        )

    def __hash__(self) -> int:
        return hash(self.words)  # equal policies have equal words; mappings among the others have no hash

    def _filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: str(getattr(self, found[1])), text)


@lru_cache(maxsize=16)
def _unit_hours(definitions: tuple[tuple[str, str | None], ...]) -> dict[str, Decimal | None]:
    import pint  # takes a third of a second, so only where a policy is put to use

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Decimal)
    defined = {name: text for name, text in definitions if text is not None}
    for name, text in defined.items():
        registry.define(f"{name} = {text}")
    return {
        name: Decimal(registry.Quantity(Decimal(1), name).to("hour").magnitude) if name in defined else None
        for name, _ in definitions
    }


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _refuse_gaps(path: Path, policy: DurationPolicy) -> None:
    """Raise ConfigurationError where an engineer's policy lacks a name that the readers need."""
    shipped = read_rules(rule_file("durations.yaml"), DurationPolicy)
    named: dict[str, tuple[Collection[str], Collection[str]]] = {
        "credits": (policy.credits, shipped.credits),
        "units": (policy.units, shipped.units),
        "precedence": (policy.severities, shipped.severities),
    }
    missing = {key: [name for name in wanted if name not in own] for key, (own, wanted) in named.items()}
    problems = [f"{key}: must name {', '.join(names)}" for key, names in missing.items() if names]
    try:
        nothing = [name for name, hours in policy.unit_hours.items() if hours is not None and hours <= 0]
        problems += [f"units.{name}: must be more than no hours" for name in nothing]
    except _UNIT_ERRORS as error:
        problems.append(f"units: cannot be counted in hours ({' '.join(str(error).split())})")
    if problems:
        raise ConfigurationError(*(f"{path}: {problem}" for problem in problems))


_UNIT_ERRORS = (ArithmeticError, AttributeError, RecursionError, SyntaxError, TypeError, ValueError)
"""What pint raises for a definition that is not valid; its own errors are subclasses of these."""


def load_duration_policy(folder: Path | None = None) -> DurationPolicy:
    """Return the duration policy with the words of its languages and the reasons of the catalogue.

    Each file is the folder's own, or the shipped one. Raises ConfigurationError that names file, line and key
    of every problem.
    """
    path = rule_file("durations.yaml", folder)
    policy = read_rules(path, DurationPolicy)
    if path != rule_file("durations.yaml"):
        _refuse_gaps(path, policy)
    languages = {name: load_language(name, folder) for name in policy.languages}
    shapes = load_shapes(folder)
    content = repr((languages, shapes)).encode()
    words = Words(hashlib.sha256(content).hexdigest(), languages, shapes)
    catalogue = load_catalogue(folder)
    reasons = {code: kind.reason for code, kind in catalogue.kinds.items() if kind.reason is not None}
    return policy.model_copy(update={"words": words, "unfilled_reasons": reasons})
