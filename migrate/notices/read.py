"""Reads members' records from v3 and the ledger, some hundreds of members at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from migrate.notices.holdings import Holdings, MigratedMember, read_holdings, read_members
from migrate.notices.record import Job, MemberRecord, Person
from migrate.notices.remarks import read_remarks
from migrate.notices.values import date_in
from migrate.report.scope import Cohorts
from migrate.rulebook.mapping import Mapping
from migrate.schema import ledger, v3
from migrate.schema.reasons import ARCHIVED_ASSESSMENT, SUPPORTERS_NOT_NEEDED

AT_ONCE = 500
_DROPPED = (ARCHIVED_ASSESSMENT, SUPPORTERS_NOT_NEEDED)


def read_records(connection: Connection, cohorts: Cohorts, mapping: Mapping) -> Iterator[MemberRecord]:
    """Yield the record of each migrated member, in the order of v2's keys."""
    members = read_members(connection, cohorts)
    for place in range(0, len(members), AT_ONCE):
        yield from _read_some(connection, members[place : place + AT_ONCE], mapping)


def _read_some(
    connection: Connection, members: list[MigratedMember], mapping: Mapping
) -> Iterator[MemberRecord]:
    held = read_holdings(connection, members)
    persons = _persons(held)
    remarks = read_remarks(held, mapping)
    dropped = _dropped(held)
    educations, achievements = _educations(held), _achievements(held)
    answers, jobs, schemes = _answers(held), _jobs(held), _schemes(held)
    for member in members:
        person = persons.get(member.v3_id)
        if person is None:  # deleted in v3
            continue
        said, gone = remarks[member.owner_id], dropped[member.owner_id]
        unreadable = {remark.v2_table for remark in said if remark.code == "date-not-understood"}
        yield MemberRecord(
            person=Person(member.member_id, member.cohort, *person),
            remarks=tuple(said),
            educations_without_qualification=educations[member.v3_id]["qualification"],
            classifications=educations[member.v3_id]["classification"],
            achievements=achievements[member.v3_id],
            pra_answers=tuple(answers[member.v3_id]),
            jobs=tuple(_with_doubt(jobs[member.v3_id], is_readable="employment" not in unreadable)),
            waiting_schemes=tuple(schemes[member.v3_id]),
            archived_assessments=gone[ARCHIVED_ASSESSMENT],
            supporters=gone[SUPPORTERS_NOT_NEEDED],
        )


def _with_doubt(jobs: Iterable[Job], *, is_readable: bool) -> Iterator[Job]:
    """Mark the jobs without a start as unreadable where a date that the member typed could not be read."""
    for job in jobs:
        yield job if is_readable or job.started_on else job._replace(is_readable=False)


def _dropped(held: Holdings) -> dict[str, Counter[str]]:
    """Count each owner's archived assessments and supporters; not what belongs to an assessment."""
    c = ledger.rows.c
    query = (
        select(c.owner_id, c.reason, func.count())
        .where(
            c.owner_id.in_([member.owner_id for member in held.members]),
            c.v2_table.in_(("competence_assessments", "supporters")),
            c.reason.in_(_DROPPED),
        )
        .group_by(c.owner_id, c.reason)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for owner, reason, rows in held.connection.execute(query):
        found[owner][reason] = rows
    return found


def _persons(held: Holdings) -> dict[str, tuple[str | None, ...]]:
    c = v3.members.c
    columns = (c.membership_number, c.title, c.forename, c.surname, c.email)
    query = select(c.id, *columns).where(c.id.in_([member.v3_id for member in held.members]))
    return {row[0]: tuple(row[1:]) for row in held.connection.execute(query)}


def _educations(held: Holdings) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in held.migrated_of(v3.educations):
        found[row.member_id]["qualification"] += row.qualification is None
        found[row.member_id]["classification"] += bool((row.classification or "").strip())
    return found


def _achievements(held: Holdings) -> Counter[str]:
    return Counter(row.member_id for row in held.migrated_of(v3.achievements))


def _answers(held: Holdings) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in held.migrated_of(v3.registration_applications):
        found[row.member_id].append(row.spoken_to_pra is True)
    return found


def _jobs(held: Holdings) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = defaultdict(list)
    for row in held.all_of(v3.employments):
        found[row.member_id].append(Job(date_in(row.started_on), date_in(row.ended_on)))
    return found


def _schemes(held: Holdings) -> dict[str, list[str | None]]:
    places, schemes = v3.scheme_memberships.c, v3.schemes.c
    theirs = places.member_id.in_([member.v3_id for member in held.members])
    query = (
        select(places.member_id, schemes.name)
        .join_from(v3.scheme_memberships, v3.schemes, schemes.id == places.scheme_id)
        .where(theirs, places.status == v3.AWAITING_COORDINATOR)
        .order_by(schemes.name, schemes.id)
    )
    found: dict[str, list[str | None]] = defaultdict(list)
    for member_id, name in held.connection.execute(query):
        found[member_id].append(name)
    return found
