"""Schemes whose members wait for the coordinator: lists for the staff who write to coordinators."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from sqlalchemy import Connection, Select, and_, func, select

from migrate.files.csv_file import write_rows
from migrate.report.privacy import visible
from migrate.report.scope import Cohorts
from migrate.schema import ledger, v3
from migrate.schema.addresses import is_address

COLUMNS = ("scheme", "coordinator", "waiting_members", "address_missing")

MEMBER_COLUMNS = ("scheme", "coordinator", "membership_number", "forename", "surname", "email")


class WaitingScheme(NamedTuple):
    """A scheme of v3 and how many members wait for it to be set up."""

    scheme: str | None
    coordinator: str | None
    """The address as v3 has it; it is in the report only so that staff can write to it."""
    waiting_members: int

    @property
    def address_missing(self) -> bool:
        """Whether nobody can be written to."""
        return not is_address(self.coordinator)


def waiting_schemes(connection: Connection, cohorts: Cohorts) -> list[WaitingScheme]:
    """Return every scheme with its waiting members of these cohorts, those that most wait for first."""
    places, schemes = v3.scheme_memberships, v3.schemes
    waits = and_(places.c.scheme_id == schemes.c.id, places.c.status == v3.AWAITING_COORDINATOR)
    if cohorts:
        waits = and_(waits, places.c.id.in_(_memberships_of(cohorts)))
    waiting = func.count(places.c.member_id.distinct())
    query = (
        select(schemes.c.id, schemes.c.name, schemes.c.coordinator_email, waiting)
        .join_from(schemes, places, waits, isouter=True)
        .group_by(schemes.c.id, schemes.c.name, schemes.c.coordinator_email)
    )
    found = [WaitingScheme(*row[1:]) for row in connection.execute(query)]
    return sorted(found, key=lambda each: (-each.waiting_members, each.scheme or "", each.coordinator or ""))


def write_schemes(schemes: list[WaitingScheme], stream: TextIO) -> None:
    """Write `schemes.csv`."""
    write_rows(stream, COLUMNS, map(_scheme_cells, schemes))


def waiting_members(connection: Connection, cohorts: Cohorts) -> Iterator[tuple[str | None, ...]]:
    """Yield who waits for which scheme (`MEMBER_COLUMNS`), scheme by scheme."""
    places, schemes, members = v3.scheme_memberships.c, v3.schemes.c, v3.members.c
    person = (members.membership_number, members.forename, members.surname, members.email)
    query = (
        select(schemes.name, schemes.coordinator_email, *person)
        .join_from(v3.scheme_memberships, v3.schemes, schemes.id == places.scheme_id)
        .join(v3.members, members.id == places.member_id)
        .where(places.status == v3.AWAITING_COORDINATOR)
        .order_by(schemes.name, schemes.id, members.surname, members.id)
    )
    if cohorts:
        query = query.where(places.id.in_(_memberships_of(cohorts)))
    for row in connection.execute(query):
        yield tuple(_written(text) for text in row)


def write_members(rows: Iterable[tuple[str | None, ...]], stream: TextIO) -> None:
    """Write `scheme_members.csv`."""
    write_rows(stream, MEMBER_COLUMNS, rows)


def _scheme_cells(scheme: WaitingScheme) -> tuple[object, ...]:
    names = (_written(text) for text in (scheme.scheme, scheme.coordinator))
    return (*names, scheme.waiting_members, str(scheme.address_missing).lower())


def _written(text: str | None) -> str | None:
    """Return a text for a letter: an empty one as None, or its cell would hold an apostrophe."""
    return visible(text) if text else None


def _memberships_of(cohorts: Cohorts) -> Select[tuple[str]]:
    rows = ledger.rows
    return select(rows.c.v3_id).where(rows.c.v2_table == "scheme_memberships", rows.c.cohort.in_(cohorts))
