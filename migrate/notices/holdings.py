"""Some migrated members, and those of their v3 rows that notices are about."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from migrate.databases import read_table
from migrate.load.canonical import theirs_as_text
from migrate.notices.values import value_of
from migrate.report.scope import Cohorts, rows_of
from migrate.schema import ledger, v3

_COLUMNS: dict[Table, tuple[str, ...]] = {  # what notices look at, long texts left out
    v3.employments: ("started_on", "ended_on", "is_current"),
    v3.educations: ("qualification", "classification", "started_on", "ended_on"),
    v3.trainings: ("title", "duration_hours", "started_on", "ended_on"),
    v3.achievements: ("started_on", "ended_on"),
    v3.registration_assessments: ("created_at",),
    v3.registration_applications: ("spoken_to_pra", "intent_submitted_at"),
    v3.scheme_memberships: ("joined_on",),
}


class MigratedMember(NamedTuple):
    """A migrated member as the ledger knows them."""

    member_id: str
    cohort: str | None
    owner_id: str
    v3_id: str


class Holdings(NamedTuple):
    """Some migrated members and the rows that they own in v3."""

    members: list[MigratedMember]
    connection: Connection
    migrated: dict[tuple[str, str], str]
    """v2 table and v2_id → v3 id, of migrated rows."""
    rows: dict[str, Any]
    """v3 id → row: those that were migrated, and those that the members added themselves.

    Its attributes are `v3_table` and the columns, read by `migrate.notices.values`.
    """

    def all_of(self, table: Table) -> Iterator[Any]:
        """Yield the members' rows of a v3 table."""
        return (row for row in self.rows.values() if row.v3_table == table.name)

    def migrated_of(self, table: Table) -> Iterator[Any]:
        """Yield those of the members' rows of a v3 table that were migrated."""
        migrated = set(self.migrated.values())
        return (row for row in self.all_of(table) if row.id in migrated)


def read_members(connection: Connection, cohorts: Cohorts) -> list[MigratedMember]:
    """Return the migrated members of some cohorts, or of all, in the order of v2's keys."""
    c = ledger.rows.c
    query = (
        select(c.v2_id, c.cohort, c.owner_id, c.v3_id)
        .where(c.v2_table == "members", c.fate == "migrated", c.v3_id.is_not(None), *rows_of(cohorts))
        .order_by(c.owner_id, c.v2_id)
    )
    return [
        MigratedMember(v2_id, cohort, owner or v3_id, v3_id)
        for v2_id, cohort, owner, v3_id in connection.execute(query)
    ]


def read_holdings(connection: Connection, members: list[MigratedMember]) -> Holdings:
    """Read the rows of some members."""
    return Holdings(members, connection, _migrated(connection, members), _rows(connection, members))


def _migrated(connection: Connection, members: list[MigratedMember]) -> dict[tuple[str, str], str]:
    c = ledger.rows.c
    query = select(c.v2_table, c.v2_id, c.v3_id).where(
        c.owner_id.in_([member.owner_id for member in members]),
        c.v3_table.in_([table.name for table in _COLUMNS]),
        c.fate == "migrated",
        c.v3_id.is_not(None),
    )
    return {(table, v2_id): v3_id for table, v2_id, v3_id in connection.execute(query)}


def _rows(connection: Connection, members: list[MigratedMember]) -> dict[str, Any]:
    """Return the members' v3 rows by id, those they added themselves too."""
    ids = [member.v3_id for member in members]
    found: dict[str, Any] = {}
    for table, names in _COLUMNS.items():
        columns = [table.c[name] for name in ("id", "member_id", *names)]
        query = select(*columns).where(table.c.member_id.in_(ids)).order_by(table.c.id)
        for row in theirs_as_text(table, read_table(connection, query)).to_pylist():
            values = {name: value_of(table.c[name], text) for name, text in row.items()}
            found[values["id"]] = SimpleNamespace(v3_table=table.name, **values)
    return found
