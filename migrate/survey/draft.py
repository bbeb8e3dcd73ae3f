"""A draft of the mapping: which table and column of v2 is most like each canonical one.

Likeness is that of the names and of what the columns hold (`migrate.survey.likeness`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, String, cast, null, select

from migrate.databases import read_table
from migrate.extract.tables import reflect_table
from migrate.extract.textless import is_textless
from migrate.rulebook import Rules
from migrate.rulebook.mapping import TableRule
from migrate.rulebook.names import NamePolicy
from migrate.survey.found import FoundTable
from migrate.survey.likeness import Profile, column_names_alike, fit, name_words, names_alike

NAME_WEIGHT = 0.75
TABLE_NAME_WEIGHT = 0.4


class Guess(NamedTuple):
    """The name in v2 that is most like a canonical one, how alike it is (0 to 1), and the next best."""

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
    """The table of v2 that a canonical one comes from, its columns, and those that nothing comes from."""

    guess: Guess | None
    columns: dict[str, Guess | None]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A whole mapping to be checked by a person."""

    tables: dict[str, TableDraft]
    left: tuple[str, ...]
    """Tables of v2 that no canonical table comes from."""


def draft_mapping(connection: Connection, found: list[FoundTable], rules: Rules, policy: NamePolicy) -> Draft:
    """Return the most likely origin of each canonical table and column."""
    wanted = rules.mapping.tables
    profiles = {table.name: _profiles(connection, table, policy) for table in found}
    columns = {
        (canonical, name): _assign_columns((canonical, name), rule, of_table, rules, policy)
        for canonical, rule in wanted.items()
        for name, of_table in profiles.items()
    }

    def likeness(canonical: str, name: str) -> float:
        guesses = columns[canonical, name].values()
        average = sum(guess.likeness for guess in guesses if guess) / len(guesses)
        alike = names_alike(name_words(canonical, policy), name_words(name, policy))
        return TABLE_NAME_WEIGHT * alike + (1 - TABLE_NAME_WEIGHT) * average

    drafts: dict[str, TableDraft] = {}
    for canonical, guess in _assign(wanted, list(profiles), likeness, policy.worth_a_guess).items():
        if guess is None:
            drafts[canonical] = TableDraft(None, dict.fromkeys(wanted[canonical].columns), ())
        else:
            drafts[canonical] = _table_draft(guess, columns[canonical, guess.found], profiles[guess.found])
    taken = {draft.guess.found for draft in drafts.values() if draft.guess}
    return Draft(drafts, tuple(name for name in profiles if name not in taken))


def _table_draft(guess: Guess, columns: dict[str, Guess | None], profiles: list[Profile]) -> TableDraft:
    taken = {each.found for each in columns.values() if each}
    left = (profile.column.name for profile in profiles if profile.column.name not in taken)
    return TableDraft(guess, columns, tuple(left))


def _assign_columns(
    tables: tuple[str, str], rule: TableRule, profiles: list[Profile], rules: Rules, policy: NamePolicy
) -> dict[str, Guess | None]:
    """Return the most likely origin of each column; tables: the canonical table and the one in v2."""
    by_name = {profile.column.name: profile for profile in profiles}
    table_words = frozenset(word for table in tables for word in name_words(table, policy))
    fits = {
        (name, theirs): fit(profile, name, column, rules)
        for name, column in rule.columns.items()
        for theirs, profile in by_name.items()
    }

    def likeness(name: str, theirs: str) -> float:
        if theirs == name:
            return 1.0
        alike = column_names_alike(name, theirs, rule.columns[name], table_words, policy)
        return NAME_WEIGHT * alike + (1 - NAME_WEIGHT) * fits[name, theirs]

    return _assign(rule.columns, list(by_name), likeness, policy.worth_a_guess)


def _assign(
    wanted: Iterable[str], found: list[str], likeness: Callable[[str, str], float], least: float
) -> dict[str, Guess | None]:
    """Give each wanted name the found name most like it: the most alike pair first, each name once.

    least: how alike two names must be.
    """
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
    """Add the next best, unless another name is more like it."""
    holders = {each.found: each.likeness for each in chosen.values() if each}
    for alike, wanted, theirs in pairs:
        if wanted == name and theirs != guess.found and alike >= holders.get(theirs, 0.0):
            return guess._replace(next_best=theirs, next_likeness=alike)
    return guess


def _profiles(connection: Connection, table: FoundTable, policy: NamePolicy) -> list[Profile]:
    reflected = reflect_table(connection, table.name)
    texts = [
        _as_text(connection, reflected.c[column.name]).label(f"c{n}")
        for n, column in enumerate(table.columns)
    ]
    sampled: Any = select(*texts).limit(policy.sample_rows)
    sample = read_table(connection, sampled)
    return [
        Profile(
            column, tuple(text for text in sample[n].to_pylist() if (text or "").strip()), sample.num_rows
        )
        for n, column in enumerate(table.columns)
    ]


def _as_text(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    return cast(null() if is_textless(connection, column) else column, String)
