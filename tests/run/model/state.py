"""What the model knows: v2, v3, the ledger and what is said of rows, as plain rows."""

from dataclasses import dataclass, field
from typing import Any

from migrate.transform.identity import v3_id
from tests.run.model.packs import SHIPPED, Pack

Values = dict[str, Any]
Key = tuple[str, str]
Note = tuple[str, str, str, str | None]

TARGETS = {  # v2 table → v3 table; parents first
    "schemes": "schemes",
    "members": "members",
    "competence_assessments": "registration_assessments",
    "training": "trainings",
    "assessment_responses": "assessment_ratings",
    "scheme_memberships": "scheme_memberships",
}
COLUMNS = {  # v2 table → v3 column → v2 column, beside the parents
    "schemes": {"name": "name", "organisation": "organisation"},
    "members": {
        "membership_number": "membership_number",
        "title": "title",
        "surname": "surname",
        "email": "email",
    },
    "competence_assessments": {"title": "title", "status": "status"},
    "training": {"title": "title", "provider": "provider", "duration_hours": "duration"},
    "assessment_responses": {"level": "level", "evidence": "evidence"},
    "scheme_memberships": {"status": "status"},
}
PARENTS: dict[str, dict[str, str]] = {  # v2 table → column, in v2 as in v3 → the v2 table that it leads to
    "schemes": {},
    "members": {},
    "competence_assessments": {"member_id": "members"},
    "training": {"member_id": "members"},
    "assessment_responses": {"assessment_id": "competence_assessments"},
    "scheme_memberships": {"member_id": "members", "scheme_id": "schemes"},
}
USERS_OWN = {"training": "cpd_hours"}
UNTIL_SET_UP = "awaiting-coordinator"
HOURS: dict[str | None, str] = {"2 hours": "2.00", "3 hours": "3.00"}
MERGE_CODES = (
    "kept-user-edit",
    "conflict",
    "kept-user-delete",
    "gone-from-v2",
    "archived-since",
    "number-taken",
)


@dataclass
class Entry:
    """A ledger row."""

    fate: str
    reason: str | None
    v3_id: str | None
    cohort: str | None
    owner: str
    run: int
    base: Values | None = None


@dataclass
class Run:
    """A run or rollback."""

    command: str
    cohorts: tuple[str, ...]
    members: tuple[str, ...]
    state: object
    size: int = 0
    """Of its batches: it goes on with the one that it began with."""
    status: str = "running"
    waiting: dict[object, frozenset[int]] = field(default_factory=dict)
    """Batch → its members whose number somebody of another batch has to give up first."""

    def is_about(self, cohorts: tuple[str, ...], members: tuple[str, ...], state: object) -> bool:
        """Tell whether it is of this very scope and state."""
        return (self.cohorts, self.members, self.state) == (cohorts, members, state)

    def overlaps(self, cohorts: tuple[str, ...], members: tuple[str, ...]) -> bool:
        """Tell whether a member may be in both."""
        if not (self.cohorts and cohorts) or self.members or members:
            return True
        return bool(set(self.cohorts) & set(cohorts))


@dataclass
class State:
    """v2, v3, ledger and anomalies."""

    v2: dict[str, dict[int, Values]] = field(default_factory=lambda: {name: {} for name in TARGETS})
    v3: dict[str, dict[str, Values]] = field(default_factory=lambda: {name: {} for name in TARGETS.values()})
    ledger: dict[Key, Entry] = field(default_factory=dict)
    notes: dict[str, set[Note]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    decisions: list[tuple[str, str | None]] = field(default_factory=list)
    """Text and hours of each."""
    pack: Pack = SHIPPED

    def recorded(self, table: str, key: int | str) -> Entry | None:
        """Return the ledger row of a v2 row that was migrated."""
        entry = self.ledger.get((table, str(key)))
        return entry if entry and entry.fate == "migrated" else None

    def say_no_more(self, key: Key, owner: str) -> None:
        """Forget what is said of a row."""
        self.notes[owner] = {note for note in self.notes[owner] if note[1:3] != key}

    def number(self, member: int) -> str | None:
        """Return a member's number as v3 can store it; nothing and no text are the same."""
        return cleaned(self.v2["members"][member]["membership_number"]) or None

    def cohort(self, member: int) -> str | None:
        """Return a member's cohort in v2, where the rules look for it."""
        cohort: str | None = self.v2["members"][member][
            "title" if self.pack.has_cohort_in_title else "cohort"
        ]
        return cohort

    def account(self, member: int) -> str:
        """Return the v3 id of a member: of the account that they had before, or their own."""
        derived = v3_id("members", str(member))
        before = self.recorded("members", member)
        if before and (before.v3_id != derived or derived in self.v3["members"]):
            return before.v3_id or derived
        others = {
            entry.v3_id
            for (table, key), entry in self.ledger.items()
            if table == "members" and key != str(member)
        }
        theirs = (
            account
            for account, row in self.v3["members"].items()
            if row["membership_number"] == self.number(member) is not None and account not in others
        )
        return next(theirs, derived)


def cleaned(value: Any) -> Any:
    """Return a value of v2 without what v3 cannot store."""
    return value.replace("\0", "") if isinstance(value, str) else value
