"""What `rules/durations/languages/*.yaml` may say: the words of one language around an amount of time."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules

Phrases = tuple[str, ...]
Rate = dict[str, Phrases]


class LanguageRules(RuleModel):
    """One language's words, beyond those that CLDR and dateparser know."""

    locale: str
    more_locales: tuple[str, ...] = ()
    units: dict[str, Phrases]
    plurals: dict[str, Phrases] = {}
    whole_units: dict[str, tuple[Decimal, str]] = {}
    numbers: dict[Decimal, Phrases] = {}
    tens: dict[int, Phrases] = {}
    multipliers: dict[int, Phrases] = {}
    about: dict[Decimal, Phrases] = {}
    compounds: Phrases = ()
    halves: Phrases = ()
    glued: bool = False
    joined_and: str = ""
    fractions: dict[Annotated[str, Field(pattern=r"^\d+/\d+$")], Phrases] = {}
    sessions: Phrases = ()
    session_plurals: Phrases = ()
    weekdays: dict[int, Phrases] = {}
    credits: dict[str, Phrases] = {}
    words: dict[str, Phrases | Rate] = {}
    real_words: Phrases = ()


def load_language(name: str, folder: Path | None = None) -> LanguageRules:
    """Return the rules of a language, by the name of its file."""
    return read_rules((folder or resource("rules/durations/languages")) / f"{name}.yaml", LanguageRules)
