"""Reads members' records from v3 and the ledger, some hundreds of members at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select

from migrate.notices.record import Job, MemberRecord, Person, Remark
from migrate.report.schemes import WAITING
from migrate.report.scope import Cohorts, rows_of
from migrate.schema import ledger, v3

AT_ONCE = 500
_KEPT = {"training", "education", "other_experience", "intents_to_register", "scheme_memberships"}
_DROPPED = ("archived-assessment", "supporters-not-needed")


class Mover(NamedTuple):
    """A migrated member as the ledger knows them."""

    member_id: str
    cohort: str | None
    owner_id: str
    v3_id: str


class _Desk(NamedTuple):
    """Some members and what was found of theirs, by v3 member id or, in the ledger, by owner."""

    movers: list[Mover]
    connection: Connection
    migrated: dict[tuple[str, str], str]
    """v2 table and v2_id → v3 id, of migrated rows."""

    @property
    def loaded(self) -> set[str]:
        """The v3 ids of what was migrated."""
        return set(self.migrated.values())


def read_records(connection: Connection, cohorts: Cohorts) -> Iterator[MemberRecord]:
    """Yield the record of each migrated member, in the order of v2's keys."""
    movers = _movers(connection, cohorts)
    for place in range(0, len(movers), AT_ONCE):
        yield from _read_some(connection, movers[place : place + AT_ONCE])


def _movers(connection: Connection, cohorts: Cohorts) -> list[Mover]:
    c = ledger.rows.c
    query = (
        select(c.v2_id, c.cohort, c.owner_id, c.v3_id)
        .where(c.v2_table == "members", c.fate == "migrated", c.v3_id.is_not(None), *rows_of(cohorts))
        .order_by(c.owner_id, c.v2_id)
    )
    return [
        Mover(v2_id, cohort, owner or v3_id, v3_id)
        for v2_id, cohort, owner, v3_id in connection.execute(query)
    ]


def _read_some(connection: Connection, movers: list[Mover]) -> Iterator[MemberRecord]:
    desk = _Desk(movers, connection, _migrated(connection, movers))
    persons, remarks, dropped = _persons(desk), _remarks(desk), _dropped(desk)
    educations, achievements = _educations(desk), _achievements(desk)
    answers, jobs, schemes = _answers(desk), _jobs(desk), _schemes(desk)
    for mover in movers:
        person = persons.get(mover.v3_id)
        if person is None:  # deleted in v3: nobody is there to be told
            continue
        said, gone = remarks[mover.owner_id], dropped[mover.owner_id]
        unreadable = {remark.v2_table for remark in said if remark.code == "date-not-understood"}
        yield MemberRecord(
            person=Person(mover.member_id, mover.cohort, *person),
            remarks=tuple(said),
            educations_without_qualification=educations[mover.v3_id]["qualification"],
            classifications=educations[mover.v3_id]["classification"],
            achievements=achievements[mover.v3_id],
            pra_answers=tuple(answers[mover.v3_id]),
            jobs=tuple(_with_doubt(jobs[mover.v3_id], is_readable="employment" not in unreadable)),
            waiting_schemes=tuple(schemes[mover.v3_id]),
            archived_assessments=gone["archived-assessment"],
            supporters=gone["supporters-not-needed"],
        )


def _with_doubt(jobs: Iterable[Job], *, is_readable: bool) -> Iterator[Job]:
    """A blank date is doubtful where the member had typed something that could not be read."""
    for job in jobs:
        yield job if is_readable or job.started_on else job._replace(is_readable=False)


def _migrated(connection: Connection, movers: list[Mover]) -> dict[tuple[str, str], str]:
    c = ledger.rows.c
    query = select(c.v2_table, c.v2_id, c.v3_id).where(
        c.owner_id.in_([mover.owner_id for mover in movers]),
        c.v2_table.in_(sorted(_KEPT)),
        c.fate == "migrated",
        c.v3_id.is_not(None),
    )
    return {(table, v2_id): v3_id for table, v2_id, v3_id in connection.execute(query)}


def _dropped(desk: _Desk) -> dict[str, Counter[str]]:
    """Count archived assessments (not what hangs on them) and supporters of each owner."""
    c = ledger.rows.c
    query = (
        select(c.owner_id, c.reason, func.count())
        .where(
            c.owner_id.in_([mover.owner_id for mover in desk.movers]),
            c.v2_table.in_(("competence_assessments", "supporters")),
            c.reason.in_(_DROPPED),
        )
        .group_by(c.owner_id, c.reason)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for owner, reason, rows in desk.connection.execute(query):
        found[owner][reason] = rows
    return found


def _persons(desk: _Desk) -> dict[str, tuple[str | None, ...]]:
    c = v3.members.c
    columns = (c.membership_number, c.title, c.forename, c.surname, c.email)
    query = select(c.id, *columns).where(c.id.in_([mover.v3_id for mover in desk.movers]))
    return {row[0]: tuple(row[1:]) for row in desk.connection.execute(query)}


def _remarks(desk: _Desk) -> dict[str, list[Remark]]:
    """Return each owner's anomalies; those whose hours the member has changed since are theirs now."""
    c = ledger.anomalies.c
    columns = (c.owner_id, c.v2_table, c.v2_id, c.v2_column, c.code, c.severity, c.raw_value, c.loaded_value)
    owners = [mover.owner_id for mover in desk.movers]
    trainings = {row.id: row for row in desk.connection.execute(_owned(v3.trainings, desk))}
    remarks: dict[str, list[Remark]] = defaultdict(list)
    query = select(*columns).where(c.owner_id.in_(owners)).order_by(c.anomaly_id)
    for row in desk.connection.execute(query):
        remark = _remark(row, trainings.get(desk.migrated.get((row.v2_table, row.v2_id), "")))
        if remark:
            remarks[row.owner_id].append(remark)
    return remarks


def _remark(row: Any, training: Any) -> Remark | None:
    said = Remark(row.v2_table, row.v2_column, row.code, row.severity, row.raw_value)
    if (row.v2_table, row.v2_column) != ("training", "duration"):
        return said
    if training is None or training.duration_hours != _hours(row.loaded_value):
        return None
    return said._replace(training=training.title, hours=training.duration_hours)


def _hours(loaded: str | None) -> Decimal | None:
    try:
        return None if loaded is None else Decimal(loaded)
    except InvalidOperation:
        return None


def _owned(table: Any, desk: _Desk) -> Select[Any]:
    return select(table).where(table.c.member_id.in_([mover.v3_id for mover in desk.movers]))


def _educations(desk: _Desk) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _migrated_rows(v3.educations, desk):
        found[row.member_id]["qualification"] += row.qualification is None
        found[row.member_id]["classification"] += bool((row.classification or "").strip())
    return found


def _achievements(desk: _Desk) -> Counter[str]:
    return Counter(row.member_id for row in _migrated_rows(v3.achievements, desk))


def _answers(desk: _Desk) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in _migrated_rows(v3.registration_applications, desk):
        found[row.member_id].append(bool(row.spoken_to_pra))
    return found


def _jobs(desk: _Desk) -> dict[str, list[Job]]:
    """Return all jobs, those the member added in v3 too."""
    found: dict[str, list[Job]] = defaultdict(list)
    for row in desk.connection.execute(_owned(v3.employments, desk)):
        found[row.member_id].append(Job(row.started_on, row.ended_on))
    return found


def _schemes(desk: _Desk) -> dict[str, list[str | None]]:
    places, schemes = v3.scheme_memberships, v3.schemes
    query = (
        select(places.c.member_id, schemes.c.name)
        .join_from(places, schemes, schemes.c.id == places.c.scheme_id)
        .where(places.c.member_id.in_([mover.v3_id for mover in desk.movers]), places.c.status == WAITING)
        .order_by(schemes.c.name, schemes.c.id)
    )
    found: dict[str, list[str | None]] = defaultdict(list)
    for member_id, name in desk.connection.execute(query):
        found[member_id].append(name)
    return found


def _migrated_rows(table: Any, desk: _Desk) -> Iterator[Row[Any]]:
    loaded = desk.loaded
    return (row for row in desk.connection.execute(_owned(table, desk)) if row.id in loaded)
