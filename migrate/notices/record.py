"""What a notice needs to know of one member."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Remark(NamedTuple):
    """One anomaly of the member's."""

    v2_table: str
    v2_column: str | None
    code: str
    severity: str
    raw_value: str | None
    training: str | None = None
    """The title of the training that it is about."""
    hours: Decimal | None = None
    """What was loaded for a duration."""


class Job(NamedTuple):
    """An employment as v3 has it."""

    started_on: date | None
    ended_on: date | None
    is_readable: bool = True
    """False where the start is blank because the member's text for it could not be read."""


@dataclass(frozen=True)
class Person:
    """Whom the notice is for."""

    member_id: str
    """v2's."""
    cohort: str | None
    membership_number: str | None = None
    title: str | None = None
    forename: str | None = None
    surname: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class MemberRecord:
    """What v3 and the ledger hold of one member."""

    person: Person
    remarks: tuple[Remark, ...] = ()
    """Anomalies whose value in v3 is still what was loaded."""
    educations_without_qualification: int = 0
    classifications: int = 0
    achievements: int = 0
    pra_answers: tuple[bool, ...] = ()
    """One for each draft application that came from an intent."""
    jobs: tuple[Job, ...] = ()
    waiting_schemes: tuple[str | None, ...] = ()
    archived_assessments: int = 0
    supporters: int = 0
