"""A small v2 migrated and then verified, and what `verify` said of it, as tests compare it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from migrate.check.account import Account
from migrate.load.ledger.scope import Scope
from migrate.run.verification import verify
from migrate.run.workplace import Workplace
from migrate.schema import ledger, v3
from tests.end_to_end.places import WITHIN_ONE_ENGINE, Place, Places, forget
from tests.fixtures.cases import Row

FOREIGN = "f" * 32
"""An id that a user's own row may have."""
MOMENT = "2020-05-06 07:08:09"
JOB = {"employer": "Northgrid", "job_title": "Engineer", "responsibilities": "Relays", "updated_at": MOMENT}
SMALL: dict[str, list[Row]] = {
    "members": [
        {"member_id": "1", "membership_number": "0001", "forename": "Maeve", "cohort": "2024-A"},
        {"member_id": "2", "membership_number": "0002", "forename": "Idris", "cohort": "2024-B"},
    ],
    "employment": [
        {"employment_id": "1", "member_id": "1", **JOB},
        {"employment_id": "2", "member_id": "2", **JOB, "employer": "Orbis"},
    ],
    "training": [
        {"training_id": "1", "member_id": "1", "title": "HV", "duration": "2 days", "updated_at": MOMENT},
        {"training_id": "2", "member_id": "1", "title": "LV", "duration": "a few hours"},
        {"training_id": "3", "member_id": "2", "title": "EMC", "duration": "6 hours"},
        {"training_id": "4", "member_id": "99", "title": "of nobody", "duration": "3 hours"},
    ],
    "competence_assessments": [
        {"assessment_id": "1", "member_id": "1", "title": "Mine", "is_archived": "0"},
        {"assessment_id": "2", "member_id": "1", "title": "Old", "is_archived": "1"},
    ],
    "assessment_responses": [
        {"response_id": "1", "assessment_id": "1", "competence_code": "A1", "level": "3"},
        {"response_id": "2", "assessment_id": "2", "competence_code": "A1", "level": "1"},
    ],
    "schemes": [{"scheme_id": "1", "name": "Graduates", "coordinator_email": "one@example.com"}],
    "scheme_memberships": [{"scheme_membership_id": "1", "scheme_id": "1", "member_id": "1"}],
}
Left = dict[Table, list[dict[str, Any]]]
_WRITTEN = (
    *v3.LOAD_ORDER,
    *(table for table in ledger.metadata.sorted_tables if table is not ledger.ledger),
)
_LEFT: dict[str, Left] = {}
"""Direction → what a run of the small v2 left behind."""


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in WITHIN_ONE_ENGINE]
)
def migrated(places: Places, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A finished migration on each engine."""
    yield from _small(places, request.param)


@pytest.fixture
def lone(places: Places) -> Iterator[Place]:
    """A finished migration on SQLite: for what does not depend on the engine."""
    yield from _small(places, WITHIN_ONE_ENGINE[0])


def _small(places: Places, direction: str) -> Iterator[Place]:
    for place in places.place(direction):
        place.put_v2(SMALL)
        if direction in _LEFT:
            _put_back(place, _LEFT[direction])
        else:
            place.run()
            _LEFT[direction] = _left_by_run(place)
        yield place


def _left_by_run(place: Place) -> Left:
    with place.target.connect() as connection:
        found = {table: connection.execute(select(table)).mappings().all() for table in _WRITTEN}
    return {table: [dict(row) for row in rows] for table, rows in found.items() if rows}


def _put_back(place: Place, left: Left) -> None:
    """Make v3 and the ledger what they were after the first such run, which takes a second."""
    with place.target.begin() as connection:
        for table, rows in left.items():
            connection.execute(insert(table), rows)


def verified(place: Place, *cohorts: str, rules: Path | None = None) -> Account:
    """Verify as a process of its own would."""
    workplace = Workplace(place.source_url, place.target_url, Scope(tuple(cohorts)), rules)
    try:
        return verify(workplace)
    finally:
        forget(workplace)


def told(account: Account) -> set[tuple[str | None, ...]]:
    """Return kind, v2 row, column, what was expected and what was found of each difference."""
    return {
        (each.kind, each.v2_table, each.v2_id, each.column, each.expected, each.found)
        for each in account.differences
    }


def outcomes(account: Account) -> dict[tuple[str, str], int]:
    """Return (v2 table, outcome) → rows, of what is not simply equal."""
    found: dict[tuple[str, str], int] = {}
    for (_, table, outcome), rows in account.rows.items():
        if rows and outcome not in ("equal", "dropped", "rejected"):
            found[table, outcome] = found.get((table, outcome), 0) + rows
    return found
