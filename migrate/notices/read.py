"""Reads members' records from v3 and the ledger, some hundreds of members at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from migrate.notices.desk import Desk, Mover, read_desk, read_movers
from migrate.notices.record import Job, MemberRecord, Person
from migrate.notices.remarks import read_remarks
from migrate.report.schemes import WAITING
from migrate.report.scope import Cohorts
from migrate.rulebook.mapping import Mapping
from migrate.schema import ledger, v3

AT_ONCE = 500
_DROPPED = ("archived-assessment", "supporters-not-needed")


def read_records(connection: Connection, cohorts: Cohorts, mapping: Mapping) -> Iterator[MemberRecord]:
    """Yield the record of each migrated member, in the order of v2's keys."""
    movers = read_movers(connection, cohorts)
    for place in range(0, len(movers), AT_ONCE):
        yield from _read_some(connection, movers[place : place + AT_ONCE], mapping)


def _read_some(connection: Connection, movers: list[Mover], mapping: Mapping) -> Iterator[MemberRecord]:
    desk = read_desk(connection, movers)
    persons, remarks, dropped = _persons(desk), read_remarks(desk, mapping), _dropped(desk)
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


def _dropped(desk: Desk) -> dict[str, Counter[str]]:
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


def _persons(desk: Desk) -> dict[str, tuple[str | None, ...]]:
    c = v3.members.c
    columns = (c.membership_number, c.title, c.forename, c.surname, c.email)
    query = select(c.id, *columns).where(c.id.in_([mover.v3_id for mover in desk.movers]))
    return {row[0]: tuple(row[1:]) for row in desk.connection.execute(query)}


def _educations(desk: Desk) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in desk.of(v3.educations):
        found[row.member_id]["qualification"] += row.qualification is None
        found[row.member_id]["classification"] += bool((row.classification or "").strip())
    return found


def _achievements(desk: Desk) -> Counter[str]:
    return Counter(row.member_id for row in desk.of(v3.achievements))


def _answers(desk: Desk) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in desk.of(v3.registration_applications):
        found[row.member_id].append(bool(row.spoken_to_pra))
    return found


def _jobs(desk: Desk) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = defaultdict(list)
    for row in desk.of(v3.employments, migrated_alone=False):
        found[row.member_id].append(Job(row.started_on, row.ended_on))
    return found


def _schemes(desk: Desk) -> dict[str, list[str | None]]:
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
