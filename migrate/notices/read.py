"""Reads members' records from v3 and the ledger, some hundreds of members at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, literal, select

from migrate.decisions.applied import COMPLAINTS
from migrate.notices.record import Job, MemberRecord, Person, Remark
from migrate.report.schemes import WAITING
from migrate.report.scope import Cohorts, rows_of
from migrate.rulebook.mapping import Mapping
from migrate.schema import ledger, v3
from migrate.transform.durations.cross_check import HOURS_IN_A_DAY
from migrate.transform.readings import as_text

AT_ONCE = 500
_COLUMNS: dict[Table, tuple[str, ...]] = {  # what notices look at, long texts left out
    v3.employments: ("started_on", "ended_on", "is_current"),
    v3.educations: ("qualification", "classification", "started_on", "ended_on"),
    v3.trainings: ("title", "duration_hours", "started_on", "ended_on"),
    v3.achievements: ("started_on", "ended_on"),
    v3.registration_assessments: ("created_at",),
    v3.registration_applications: ("spoken_to_pra", "intent_submitted_at"),
    v3.scheme_memberships: ("joined_on",),
}
_CONVERTED = {"date", "end date", "moment", "duration", "flag"}
_DROPPED = ("archived-assessment", "supporters-not-needed")


def _ends_first(row: Any) -> bool:
    return bool(row.started_on and row.ended_on and row.ended_on < row.started_on)


def _has_no_room(row: Any) -> bool:
    if row.duration_hours is None or not (row.started_on and row.ended_on):
        return False
    return bool(row.duration_hours > HOURS_IN_A_DAY * ((row.ended_on - row.started_on).days + 1))


_REFUSED = "load-refused"
_OF_DATES = {"dates-reversed": _ends_first, "exceeds-dates": _has_no_room}


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
    rows: dict[str, Any]
    """v3 id → row, of what these members own in v3."""


def read_records(connection: Connection, cohorts: Cohorts, mapping: Mapping) -> Iterator[MemberRecord]:
    """Yield the record of each migrated member, in the order of v2's keys."""
    movers = _movers(connection, cohorts)
    for place in range(0, len(movers), AT_ONCE):
        yield from _read_some(connection, movers[place : place + AT_ONCE], mapping)


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


def _read_some(connection: Connection, movers: list[Mover], mapping: Mapping) -> Iterator[MemberRecord]:
    desk = _Desk(movers, connection, _migrated(connection, movers), _rows(connection, movers))
    persons, remarks, dropped = _persons(desk), _remarks(desk, mapping), _dropped(desk)
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
        c.v3_table.in_([table.name for table in _COLUMNS]),
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


def _remarks(desk: _Desk, mapping: Mapping) -> dict[str, list[Remark]]:
    """Return each owner's anomalies, but for values that the member has changed since, for rows that are
    somebody else's by now or of which v3 has refused what v2 says, and for what is the reviewers' business
    alone.
    """
    theirs = {mover.owner_id: mover.v3_id for mover in desk.movers}
    c = ledger.anomalies.c
    columns = (c.owner_id, c.v2_table, c.v2_id, c.v2_column, c.code, c.severity, c.raw_value, c.loaded_value)
    owners = [mover.owner_id for mover in desk.movers]
    query = select(*columns).where(c.owner_id.in_(owners)).order_by(c.anomaly_id)
    anomalies = desk.connection.execute(query).all()
    refused = {(row.v2_table, row.v2_id) for row in anomalies if row.code == _REFUSED} & desk.migrated.keys()
    remarks: dict[str, list[Remark]] = defaultdict(list)
    for row in anomalies:
        v3_id = desk.migrated.get((row.v2_table, row.v2_id))
        present = desk.rows.get(v3_id or "")
        is_theirs = v3_id is None or (present is not None and present.member_id == theirs[row.owner_id])
        is_told = row.code not in COMPLAINTS and (row.v2_table, row.v2_id) not in refused
        if is_told and is_theirs and _still_stands(row, present, mapping):
            remarks[row.owner_id].append(_remark(row, present))
    return remarks


def _still_stands(row: Any, present: Any, mapping: Mapping) -> bool:
    """Say whether v3 still has what was loaded; of conflicts and of texts taken to the letter it need not.

    What is said of a row's dates is looked at again: either of them may have been put right. When v2 last
    changed a row is no value of the member's: there is nothing for them to put right.
    """
    if row.code in _OF_DATES:
        return present is not None and _OF_DATES[row.code](present)
    rule = mapping.tables[row.v2_table].columns.get(row.v2_column) if row.v2_table in mapping.tables else None
    if rule is None or rule.to is None or rule.read not in _CONVERTED or row.code == "conflict":
        return True
    if present is None or rule.to == "updated_at":
        return False
    return bool(as_text(getattr(present, rule.to)) == row.loaded_value)


def _remark(row: Any, present: Any) -> Remark:
    said = Remark(row.v2_table, row.v2_column, row.code, row.severity, row.raw_value)
    if present is None or (row.v2_table, row.v2_column) != ("training", "duration"):
        return said
    return said._replace(training=present.title, hours=present.duration_hours)


def _rows(connection: Connection, movers: list[Mover]) -> dict[str, Any]:
    """Return the members' v3 rows by id, those they added themselves too."""
    members = [mover.v3_id for mover in movers]
    found: dict[str, Any] = {}
    for table, names in _COLUMNS.items():
        columns = [table.c[name] for name in ("id", "member_id", *names)]
        query = select(literal(table.name).label("v3_table"), *columns).where(table.c.member_id.in_(members))
        found |= {row.id: row for row in connection.execute(query.order_by(table.c.id))}
    return found


def _of(table: Table, desk: _Desk, *, migrated_alone: bool = True) -> Iterator[Any]:
    loaded = set(desk.migrated.values()) if migrated_alone else desk.rows.keys()
    return (row for row in desk.rows.values() if row.v3_table == table.name and row.id in loaded)


def _educations(desk: _Desk) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _of(v3.educations, desk):
        found[row.member_id]["qualification"] += row.qualification is None
        found[row.member_id]["classification"] += bool((row.classification or "").strip())
    return found


def _achievements(desk: _Desk) -> Counter[str]:
    return Counter(row.member_id for row in _of(v3.achievements, desk))


def _answers(desk: _Desk) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in _of(v3.registration_applications, desk):
        found[row.member_id].append(bool(row.spoken_to_pra))
    return found


def _jobs(desk: _Desk) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = defaultdict(list)
    for row in _of(v3.employments, desk, migrated_alone=False):
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
