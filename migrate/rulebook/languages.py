"""What `rules/durations/languages/*.yaml` may say: the words of one language around an amount of time."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from migrate.rulebook.files import language_file, rule_file
from migrate.rulebook.locales import LocaleName
from migrate.rulebook.yaml_file import RuleModel, read_rules

Phrases = tuple[str, ...]
Rate = dict[str, Phrases]
Fraction = Annotated[str, Field(pattern=r"^\d+/[1-9]\d*$")]
Compound = Annotated[str, Field(pattern=r"^[^{}]*(\{ones\}[^{}]*\{tens\}|\{tens\}[^{}]*\{ones\})[^{}]*$")]
Half = Annotated[str, Field(pattern=r"^[^{}]*\{n\}[^{}]*$")]
Place = Literal[
    "minimum", "limit", "meal", "part_time", "which_one", "part", "dimension", "method", "numbered",
    "time_of_day_unit", "amount_unit", "added_fraction", "one_after", "short_unit", "dimensioned",
    "oclock_unit", "taken_off", "whereabouts", "term", "sentence_end", "part_of_a_day", "people",
    "start", "unmeasured", "calendar", "weekend", "brief", "deadline", "deadline_alone", "recurring",
    "within_a_day", "between_sessions", "examination", "lasting", "gathering", "drawn", "journey", "shift",
    "twice", "numbered_name", "part_name", "part_of_training", "loosely", "until",
    "in_a_row", "venue", "numbered_kind", "edition", "edition_year", "manner", "part_of_all", "size",
    "alternative", "instead", "in_fact", "condition", "no_more", "subtracted", "of_sessions", "further",
    "tuition", "end", "optional", "finish", "so_often", "at_event", "run_together",
    "round_the_clock", "added",
]  # fmt: skip
"""A special role of some words in a text; en.yaml has an example of each."""


class LanguageRules(RuleModel):
    """One language's words, beyond those that CLDR and dateparser know."""

    locale: LocaleName
    more_locales: tuple[LocaleName, ...] = ()
    units: dict[str, Phrases]
    plurals: dict[str, Phrases] = {}
    whole_units: dict[str, tuple[Decimal, str]] = {}
    numbers: dict[Decimal, Phrases] = {}
    tens: dict[int, Phrases] = {}
    multipliers: dict[int, Phrases] = {}
    about: dict[Decimal, Phrases] = {}
    compounds: tuple[Compound, ...] = ()
    halves: tuple[Half, ...] = ()
    joined_and: str = ""
    fractions: dict[Fraction, Phrases] = {}
    sessions: Phrases = ()
    session_plurals: Phrases = ()
    weekdays: dict[int, Phrases] = {}
    credits: dict[str, Phrases] = {}
    absent_units: dict[str, Phrases] = {}
    places: dict[Place, Phrases] = {}
    words: dict[str, Phrases | Rate] = {}
    real_words: Phrases = ()


def load_language(name: str, folder: Path | None = None) -> LanguageRules:
    """Return the rules of a language: those of a folder of own rules if it has them, else the shipped ones.

    Raises ConfigurationError that names file, line and key.
    """
    return read_rules(rule_file(language_file(name), folder), LanguageRules)
