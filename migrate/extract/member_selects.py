"""What is asked of v2 about a batch of members: made once, since batches differ by their bounds alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select

from migrate.databases import fingerprint, select_aggregates
from migrate.extract.keys import between, is_number
from migrate.extract.tables import V2Tables, exactly
from migrate.schema import v2

OWNED_BY_MEMBERS = tuple(name for name, parents in v2.PARENTS.items() if "member_id" in parents)
CHILDREN = {  # v2 table → the tables whose rows hang on it
    parent: tuple(name for name, parents in v2.PARENTS.items() if next(iter(parents.values())) == parent)
    for parent in ("competence_assessments", "intents_to_register")
}


@dataclass(frozen=True)
class MemberSelects:
    """SELECTs whose bounds are left open; `values_of` the bounds go with each."""

    rows: Mapping[str, Select[Any]]
    """v2 table → those of its rows that belong to the members, in key order."""
    schemes: Select[Any]
    """The keys of all schemes: memberships refer to them."""
    numbers: Select[Any]
    """member_id and membership_number, in key order."""
    fingerprints: Select[Any]
    """The fingerprint of each table's rows, and of the keys of all schemes."""


SelectsMade = dict[tuple[tuple[str, ...], bool], MemberSelects]
"""Cohorts, and whether bounds list their members → the SELECTs that were made for such batches."""


def select_members(
    connection: Connection, tables: V2Tables, cohorts: tuple[str, ...], *, listed: bool
) -> MemberSelects:
    """Make the SELECTs of a batch of members of some cohorts, or of all.

    listed: whether the bounds list their members, or have a first and a last.
    """
    members = tables["members"].c
    within = [*in_scope(connection, tables, cohorts), *between(members.member_id, listed=listed)]
    rows = {
        name: each.where(*within).order_by(tables.key(name))
        for name, each in _rows(tables, listed=listed).items()
    }
    told = {name: fingerprint(connection, each) for name, each in rows.items()}
    schemes = select(tables.key("schemes"))
    told["schemes"] = fingerprint(connection, schemes)
    numbers = select(members.member_id, members.membership_number).where(*within)
    return MemberSelects(
        rows,
        schemes,
        numbers.order_by(members.member_id),
        select_aggregates(told),
    )


def in_scope(connection: Connection, tables: V2Tables, cohorts: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """Return the condition that a member is of one of the cohorts, to the letter; none for all."""
    if not cohorts:
        return []
    cohort = exactly(connection, tables["members"].c.cohort)
    return [or_(*(cohort == exactly(connection, literal(name)) for name in cohorts))]


def _rows(tables: V2Tables, *, listed: bool) -> dict[str, Select[Any]]:
    members = tables["members"].c.member_id
    rows = {"members": tables.rows("members")}
    for name in OWNED_BY_MEMBERS:
        owner = tables[name].c.member_id
        owned = tables.rows(name).join(tables["members"], members == owner)
        rows[name] = owned.where(*_owned(owner, members, listed=listed))
    for parent, children in CHILDREN.items():
        owner = tables[parent].c.member_id
        for name in children:
            hanging = tables.with_parent(name, parent).join(tables["members"], members == owner)
            rows[name] = hanging.where(*_owned(owner, members, listed=listed))
    return rows


def _owned(
    owner: ColumnElement[Any], members: ColumnElement[Any], *, listed: bool
) -> list[ColumnElement[bool]]:
    """Return the bounds once more for what a member owns, so that its index is used in any case.

    Texts are left to the join: two columns of text may be ordered differently.
    """
    numbers = all(is_number(column.type) for column in (owner, members))
    return between(owner, listed=listed) if numbers else []
