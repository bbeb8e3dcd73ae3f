"""A draft of the mapping: which table and column of v2 is most like each canonical one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, cast, select

from migrate.databases import read_table
from migrate.extract.tables import reflect_table
from migrate.rulebook import Rules
from migrate.rulebook.mapping import TableRule
from migrate.rulebook.names import NamePolicy
from migrate.survey.found import FoundTable
from migrate.survey.likeness import Profile, fit, name_words, names_alike

NAME_WEIGHT = 0.75
TABLE_NAME_WEIGHT = 0.4


class Guess(NamedTuple):
    """The most alike, how alike (0 to 1), and the next best."""

    found: str
    likeness: float
    next_best: str | None
    next_likeness: float

    def is_sure(self, policy: NamePolicy) -> bool:
        """Return whether a person need not look at it."""
        if self.likeness == 1:
            return True
        return self.likeness >= policy.sure and self.likeness - self.next_likeness >= policy.margin


@dataclass(frozen=True)
class TableDraft:
    """The table of v2 that a canonical one is drawn from, and what is left of its columns."""

    guess: Guess | None
    columns: dict[str, Guess | None]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A whole mapping to be checked by a person."""

    tables: dict[str, TableDraft]
    left: tuple[str, ...]
    """Tables of v2 that nothing is drawn from."""


def draft_mapping(connection: Connection, found: list[FoundTable], rules: Rules, policy: NamePolicy) -> Draft:
    """Return the most likely origin of each canonical table and column."""
    profiles = {table.name: _profiles(connection, table, policy) for table in found}
    columns = {
        (canonical, table.name): _assign_columns(
            canonical, rule, table.name, profiles[table.name], rules, policy
        )
        for canonical, rule in rules.mapping.tables.items()
        for table in found
    }

    def likeness(canonical: str, name: str) -> float:
        guesses = columns[canonical, name].values()
        average = sum(guess.likeness for guess in guesses if guess) / len(guesses)
        alike = names_alike(name_words(canonical, policy), name_words(name, policy))
        return TABLE_NAME_WEIGHT * alike + (1 - TABLE_NAME_WEIGHT) * average

    chosen = _assign(rules.mapping.tables, [table.name for table in found], likeness, policy.worth_a_guess)
    drafts = {
        canonical: _table_draft(guess, columns, canonical, profiles) for canonical, guess in chosen.items()
    }
    taken = {guess.found for guess in chosen.values() if guess}
    return Draft(drafts, tuple(table.name for table in found if table.name not in taken))


def _table_draft(
    guess: Guess | None,
    columns: dict[tuple[str, str], dict[str, Guess | None]],
    canonical: str,
    profiles: dict[str, list[Profile]],
) -> TableDraft:
    if guess is None:
        names = next(guesses for (name, _), guesses in columns.items() if name == canonical)
        return TableDraft(None, dict.fromkeys(names), ())
    chosen = columns[canonical, guess.found]
    taken = {each.found for each in chosen.values() if each}
    left = (profile.column.name for profile in profiles[guess.found] if profile.column.name not in taken)
    return TableDraft(guess, chosen, tuple(left))


def _assign_columns(
    canonical: str, rule: TableRule, table: str, profiles: list[Profile], rules: Rules, policy: NamePolicy
) -> dict[str, Guess | None]:
    by_name = {profile.column.name: profile for profile in profiles}
    own = frozenset(name_words(table, policy)) | frozenset(name_words(canonical, policy))
    fits = {
        (name, theirs): fit(profile, name, column, rules)
        for name, column in rule.columns.items()
        for theirs, profile in by_name.items()
    }

    def likeness(name: str, theirs: str) -> float:
        if theirs == name:
            return 1.0
        wanted, words = name_words(name, policy), name_words(theirs, policy)
        alike = names_alike(wanted, words)
        if rule.columns[name].read == "key" and words[-1:] in (("id",), ("key",), ("pk",), ("nr",)):
            alike = max(alike, 1.0 if set(words[:-1]) <= own else 0.7)  # `id` alone is the table's own key
        shorter = tuple(word for word in words if word not in own)
        alike = max(alike, names_alike(wanted, shorter) * 0.98 if shorter else 0)  # training_title
        return NAME_WEIGHT * alike + (1 - NAME_WEIGHT) * fits[name, theirs]

    return _assign(rule.columns, list(by_name), likeness, policy.worth_a_guess)


def _assign(
    wanted: Iterable[str], found: list[str], likeness: Callable[[str, str], float], least: float
) -> dict[str, Guess | None]:
    """Give each wanted name the found one that is most like it; the most alike pair first, each once."""
    names = list(wanted)
    pairs = sorted(
        ((likeness(name, theirs), name, theirs) for name in names for theirs in found),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    chosen: dict[str, Guess | None] = dict.fromkeys(names)
    taken: set[str] = set()
    for alike, name, theirs in pairs:
        if alike >= least and chosen[name] is None and theirs not in taken:
            taken.add(theirs)
            chosen[name] = Guess(theirs, alike, None, 0.0)
    return {name: guess and _with_next(name, guess, pairs, chosen) for name, guess in chosen.items()}


def _with_next(
    name: str, guess: Guess, pairs: list[tuple[float, str, str]], chosen: dict[str, Guess | None]
) -> Guess:
    """Add the next best that no other name is as much like."""
    holders = {each.found: each.likeness for each in chosen.values() if each}
    for alike, wanted, theirs in pairs:
        if wanted == name and theirs != guess.found and alike >= holders.get(theirs, 0.0):
            return guess._replace(next_best=theirs, next_likeness=alike)
    return guess


def _profiles(connection: Connection, table: FoundTable, policy: NamePolicy) -> list[Profile]:
    reflected = reflect_table(connection, table.name)
    texts = [cast(reflected.c[column.name], String).label(f"c{n}") for n, column in enumerate(table.columns)]
    sampled: Any = select(*texts).limit(policy.sample_rows)
    sample = read_table(connection, sampled)
    return [
        Profile(
            column, tuple(text for text in sample[n].to_pylist() if (text or "").strip()), sample.num_rows
        )
        for n, column in enumerate(table.columns)
    ]
