"""Part 5 of the contract in plain Python, a row and a column at a time: what the engine is compared with.

It knows four tables of v2 and nothing of frames, batches of statements or engines.
"""

from dataclasses import dataclass, field
from typing import Any

from migrate.transform.identity import v3_id

Values = dict[str, Any]
Key = tuple[str, str]
Note = tuple[str, str, str, str | None]

TARGETS = {  # v2 table → v3 table; parents first
    "members": "members",
    "competence_assessments": "registration_assessments",
    "training": "trainings",
    "assessment_responses": "assessment_ratings",
}
COLUMNS = {  # v2 table → v3 column → v2 column, beside the parent
    "members": {"membership_number": "membership_number", "surname": "surname", "email": "email"},
    "competence_assessments": {"title": "title", "status": "status"},
    "training": {"title": "title", "provider": "provider", "duration_hours": "duration"},
    "assessment_responses": {"level": "level", "evidence": "evidence"},
}
PARENT = {
    "competence_assessments": ("member_id", "members"),
    "training": ("member_id", "members"),
    "assessment_responses": ("assessment_id", "competence_assessments"),
}
USERS_OWN = {"training": "cpd_hours"}
HOURS: dict[str | None, str] = {"2 hours": "2.00", "3 hours": "3.00"}
MERGE_CODES = ("kept-user-edit", "conflict", "kept-user-delete", "gone-from-v2", "archived-since")


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
    done: set[object] = field(default_factory=set)

    def overlaps(self, cohorts: tuple[str, ...], members: tuple[str, ...]) -> bool:
        """Tell whether a member may be in both."""
        if not (self.cohorts and cohorts) or self.members or members:
            return True
        return bool(set(self.cohorts) & set(cohorts))


@dataclass
class Model:
    """v2, v3, ledger and anomalies as the contract wants them."""

    v2: dict[str, dict[int, Values]] = field(default_factory=lambda: {name: {} for name in TARGETS})
    v3: dict[str, dict[str, Values]] = field(default_factory=lambda: {name: {} for name in TARGETS.values()})
    ledger: dict[Key, Entry] = field(default_factory=dict)
    notes: dict[str, set[Note]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    decisions: list[tuple[str, str | None]] = field(default_factory=list)
    """Text and hours of each."""

    def run(self, cohorts: tuple[str, ...], members: tuple[str, ...], size: int, stop_after: int) -> bool:
        """Migrate; after so many batches the run is stopped. Return whether it came to its end."""
        number, run = self._begin(cohorts, members, size)
        left = [batch for batch in self._cut(cohorts, members, run.size) if batch not in run.done]
        for place, batch in enumerate(left, start=1):
            self._load(batch, cohorts, number)
            run.done.add(batch)
            if place == stop_after and place < len(left):
                run.status = "interrupted"
                return False
        run.status = "completed"
        return True

    def roll_back(self, run: int | None, cohort: str | None) -> None:
        """Take back what a run created, or a cohort."""
        cohorts = (cohort,) if cohort is not None else self.runs[run or 0].cohorts
        members = () if cohort is not None else self.runs[run or 0].members
        for other in self.runs:
            if other.command == "run" and other.status == "interrupted" and other.overlaps(cohorts, members):
                other.done.clear()
        meant = {
            key: entry
            for key, entry in self.ledger.items()
            if (entry.cohort == cohort if cohort is not None else entry.run == run)
        }
        self._forget(meant, self._staying(meant))
        self._mark(run, cohort)
        self.runs.append(Run("rollback", cohorts, members, None, status="completed"))

    def known_cohorts(self) -> set[str | None]:
        """Return the cohorts that a rollback may name."""
        named = {name for run in self.runs if run.command == "run" for name in run.cohorts}
        return named | {entry.cohort for entry in self.ledger.values()}

    def _begin(self, cohorts: tuple[str, ...], members: tuple[str, ...], size: int) -> tuple[int, Run]:
        state = len(self.decisions)
        alike = [
            number
            for number, run in enumerate(self.runs)
            if (run.command, run.cohorts, run.members, run.state) == ("run", cohorts, members, state)
        ]
        if alike and self.runs[alike[-1]].status == "interrupted":
            return alike[-1], self.runs[alike[-1]]
        self.runs.append(Run("run", cohorts, members, state, size))
        return len(self.runs) - 1, self.runs[-1]

    def _cut(self, cohorts: tuple[str, ...], members: tuple[str, ...], size: int) -> list[Any]:
        if members:
            parts = [members[at : at + size] for at in range(0, len(members), size)]
            left = [key for key in members if int(key) not in self.v2["members"]]
            departed = [tuple(left[at : at + size]) for at in range(0, len(left), size)]
            named = (("named", part) for part in parts)
            return [("schemes",), *named, *(("departed", part) for part in departed)]
        keys = [key for key, row in sorted(self.v2["members"].items()) if self._within(row, cohorts)]
        ranges = [keys[at : at + size] for at in range(0, len(keys), size)]
        migrated = (
            key
            for (table, key), entry in self.ledger.items()
            if table == "members" and entry.fate == "migrated" and (not cohorts or entry.cohort in cohorts)
        )
        gone = sorted(key for key in migrated if int(key) not in self.v2["members"])
        departed = [tuple(gone[at : at + size]) for at in range(0, len(gone), size)]
        return [
            ("schemes",),
            *(("range", part[0], part[-1]) for part in ranges),
            *(("departed", part) for part in departed),
        ]

    @staticmethod
    def _within(row: Values, cohorts: tuple[str, ...]) -> bool:
        return not cohorts or row["cohort"] in cohorts

    def _load(self, batch: Any, cohorts: tuple[str, ...], run: int) -> None:
        match batch:
            case ("range", first, last):
                within = (key for key, row in self.v2["members"].items() if self._within(row, cohorts))
                members = [key for key in within if first <= key <= last]
                departed: tuple[str, ...] = ()
            case ("named", keys):
                members, departed = [int(key) for key in keys if int(key) in self.v2["members"]], ()
            case ("departed", keys):
                members, departed = [], keys
            case _:
                return
        for member in sorted(members):
            self._load_member(member, run)
        for key in departed:
            owner = v3_id("members", key)
            self.notes[owner] = self._gone(owner, set())

    def _load_member(self, member: int, run: int) -> None:
        owner = v3_id("members", str(member))
        self.notes[owner] = set()
        account = self._account(member) or owner
        cohort = self.v2["members"][member]["cohort"]
        seen: set[Key] = set()
        for table in TARGETS:
            for key, row in sorted(self.v2[table].items()):
                if self._member_of(table, key) != member:
                    continue
                seen.add((table, str(key)))
                v3_key = account if table == "members" else v3_id(table, str(key))
                self._load_row(table, key, row, v3_key, Entry("migrated", None, v3_key, cohort, owner, run))
        self.notes[owner] |= self._gone(owner, seen)

    def _load_row(self, table: str, key: int, row: Values, v3_key: str, entry: Entry) -> None:
        name = (table, str(key))
        before = self.ledger.get(name)
        if self._archived(table, key):
            entry.fate, entry.reason, entry.v3_id = "dropped", "archived-assessment", None
            if before and before.fate == "migrated" and table == "competence_assessments":
                self.notes[entry.owner].add(("archived-since", *name, None))
        elif not self._has_home(table, row, v3_key, entry.owner):
            entry.fate, entry.reason, entry.v3_id = "rejected", "parent-deleted", None
            self.notes[entry.owner].add(("kept-user-delete", *name, None))
        else:
            entry.base = self._merge(table, key, row, v3_key, entry, before)
        self._record(name, entry, before)

    def _record(self, name: Key, entry: Entry, before: Entry | None) -> None:
        if before and before.fate == "migrated" and entry.fate != "migrated":
            entry.fate, entry.reason, entry.v3_id, entry.base = "migrated", None, before.v3_id, before.base
        if before and (before.fate, before.reason, before.v3_id) == (entry.fate, entry.reason, entry.v3_id):
            entry.run = before.run
        self.ledger[name] = entry

    def _merge(
        self, table: str, key: int, row: Values, v3_key: str, entry: Entry, before: Entry | None
    ) -> Values | None:
        ours = self._ours(table, row, entry)
        recorded = before is not None and before.fate == "migrated"
        theirs = self.v3[TARGETS[table]].get(v3_key)
        if theirs is None and recorded:
            self.notes[entry.owner].add(("kept-user-delete", table, str(key), None))
            return before.base if before else None
        if theirs is None:
            self.v3[TARGETS[table]][v3_key] = dict(ours)
            return ours
        base = before.base if recorded and before and before.base else ours
        adopted = table == "members" and v3_key != entry.owner
        new_base, took = dict(base), False
        for column, value in ours.items():
            old = theirs.get(column)
            changed, edited = value != base[column], old != base[column] or adopted
            if value == old:
                continue
            if changed and not edited:
                theirs[column] = new_base[column] = value
                took = True
            elif changed or not adopted:
                code = "conflict" if changed else "kept-user-edit"
                self.notes[entry.owner].add((code, table, str(key), self._v2_column(table, column)))
        return new_base if took or not recorded else base

    def _ours(self, table: str, row: Values, entry: Entry) -> Values:
        ours = {column: row.get(source) for column, source in COLUMNS[table].items()}
        if table == "training":
            hours: dict[str | None, str | None] = {**HOURS, **dict(self.decisions)}
            ours["duration_hours"] = hours.get(ours["duration_hours"])
        if table in PARENT:
            ours[PARENT[table][0]] = self._parent_id(table, row, entry.owner)
        return ours

    def _parent_id(self, table: str, row: Values, owner: str) -> str:
        column, parent = PARENT[table]
        if parent != "members":
            return v3_id(parent, str(row[column]))
        recorded = self.ledger[("members", str(row["member_id"]))]
        return recorded.v3_id or owner

    @staticmethod
    def _v2_column(table: str, column: str) -> str:
        return COLUMNS[table].get(column, column)

    def _has_home(self, table: str, row: Values, v3_key: str, owner: str) -> bool:
        if table not in PARENT or v3_key in self.v3[TARGETS[table]]:
            return True
        parent = self._parent_id(table, row, owner)
        return parent in self.v3[TARGETS[PARENT[table][1]]]

    def _account(self, member: int) -> str | None:
        derived = v3_id("members", str(member))
        before = self.ledger.get(("members", str(member)))
        if before and before.fate == "migrated" and before.v3_id != derived:
            return before.v3_id
        number = self.v2["members"][member]["membership_number"]
        migrated = {
            entry.v3_id
            for (table, _), entry in self.ledger.items()
            if table == "members" and entry.v3_id == entry.owner
        }
        for account, row in self.v3["members"].items():
            if row["membership_number"] == number and account != derived and account not in migrated:
                return account
        return None

    def _member_of(self, table: str, key: int) -> int | None:
        if table == "members":
            return key
        row = self.v2[table][key]
        if table == "assessment_responses":
            parent = self.v2["competence_assessments"].get(row["assessment_id"])
            return parent["member_id"] if parent else None
        owner: int = row["member_id"]
        return owner

    def _archived(self, table: str, key: int) -> bool:
        if table == "assessment_responses":
            table, key = "competence_assessments", self.v2[table][key]["assessment_id"]
        return table == "competence_assessments" and self.v2[table][key]["is_archived"] == "1"

    def _gone(self, owner: str, seen: set[Key]) -> set[Note]:
        return {
            ("gone-from-v2", *key, None)
            for key, entry in self.ledger.items()
            if entry.owner == owner and entry.fate == "migrated" and key not in seen
        }

    def _staying(self, meant: dict[Key, Entry]) -> set[Key]:
        """Delete what no one has touched, and return the ledger rows that stay."""
        staying, doomed = set(), []
        for key, entry in meant.items():
            if entry.fate != "migrated" or (key[0] == "members" and entry.v3_id != entry.owner):
                continue
            row = self.v3[TARGETS[key[0]]].get(entry.v3_id or "")
            own = USERS_OWN.get(key[0], "")
            same = row is not None and all(
                row.get(name) == value for name, value in (entry.base or {}).items()
            )
            if same and row is not None and row.get(own) is None:
                doomed.append(key)
            else:
                staying.add(key)
        for key in sorted(doomed, key=lambda key: -list(TARGETS).index(key[0])):
            if self._is_used(key[0], meant[key].v3_id):
                staying.add(key)
            else:
                del self.v3[TARGETS[key[0]]][meant[key].v3_id or ""]
        return staying

    def _is_used(self, parent: str, parent_id: str | None) -> bool:
        return any(
            row[column] == parent_id
            for table, (column, owner) in PARENT.items()
            if owner == parent
            for row in self.v3[TARGETS[table]].values()
        )

    def _forget(self, meant: dict[Key, Entry], staying: set[Key]) -> None:
        owning = {self.ledger[key].owner for key in staying}
        for key, entry in meant.items():
            adopted = key[0] == "members" and entry.v3_id not in (None, entry.owner)
            if key in staying or (adopted and entry.owner in owning):
                continue
            del self.ledger[key]
            self.notes[entry.owner] = {note for note in self.notes[entry.owner] if note[1:3] != key}

    def _mark(self, run: int | None, cohort: str | None) -> None:
        if run is not None:
            self.runs[run].status = "rolled-back"
            return
        for number, other in enumerate(self.runs):
            elsewhere = any(entry.run == number and entry.cohort != cohort for entry in self.ledger.values())
            if other.command == "run" and cohort in other.cohorts and not elsewhere:
                other.status = "rolled-back"
