"""Part 5 of the contract in plain Python, a row and a column at a time: what the engine is compared with.

It knows six tables of v2 and nothing of frames, batches of statements or engines.
"""

from typing import Any

from migrate.transform.identity import v3_id
from tests.run.model.batches import cut, members_of
from tests.run.model.numbers import Settled, find_waiting, settle_numbers
from tests.run.model.rollback import roll_back
from tests.run.model.state import (
    COLUMNS,
    HOURS,
    PARENTS,
    TARGETS,
    UNTIL_SET_UP,
    Entry,
    Key,
    Note,
    Run,
    State,
    Values,
    cleaned,
)


class Model(State):
    """What the contract makes of v2 and v3."""

    numbers = Settled({}, frozenset())

    def run(self, cohorts: tuple[str, ...], members: tuple[str, ...], size: int, stop_after: int) -> bool:
        """Migrate; after so many batches the run is stopped. Return whether it came to its end."""
        number, run = self._begin(cohorts, members, size)
        planned = cut(self, cohorts, members, run.size)
        everyone = self._everyone(cohorts, members)
        for place, batch in enumerate(planned, start=1):
            theirs = members_of(self, batch, cohorts)
            waiting = run.waiting[batch] = find_waiting(self, theirs, everyone)
            self._load(batch, cohorts, number, [key for key in theirs if key not in waiting])
            if place == stop_after and place < len(planned):
                run.status = "interrupted"
                return False
        waited = sorted({str(key) for batch in planned for key in run.waiting.get(batch, ())})
        last = ("named", tuple(waited))
        self._load(last, cohorts, number, members_of(self, last, cohorts))
        run.status = "completed"
        return True

    def roll_back(self, run: int | None, cohort: str | None) -> None:
        """Take back what a run created, or a cohort."""
        roll_back(self, run, cohort)

    def known_cohorts(self) -> set[str | None]:
        """Return the cohorts that a rollback may name."""
        named = {name for run in self.runs if run.command == "run" for name in run.cohorts}
        return named | {entry.cohort for entry in self.ledger.values()}

    def _begin(self, cohorts: tuple[str, ...], members: tuple[str, ...], size: int) -> tuple[int, Run]:
        state = (self.pack.name, len(self.decisions))
        asked = (cohorts, members, state)
        met = [
            number
            for number, run in enumerate(self.runs)
            if run.command == "run"
            and (run.is_about(*asked) or (run.state != state and run.overlaps(cohorts, members)))
        ]
        if met and self.runs[met[-1]].is_about(*asked) and self.runs[met[-1]].status == "interrupted":
            return met[-1], self.runs[met[-1]]
        self.runs.append(Run("run", cohorts, members, state, size))
        return len(self.runs) - 1, self.runs[-1]

    def _everyone(self, cohorts: tuple[str, ...], members: tuple[str, ...]) -> list[int]:
        here = self.v2["members"]
        return [
            key
            for key in here
            if (not cohorts or self.cohort(key) in cohorts) and (not members or str(key) in members)
        ]

    def _load(self, batch: Any, cohorts: tuple[str, ...], run: int, members: list[int]) -> None:
        self.numbers = settle_numbers(self, members)
        match batch:
            case ("schemes",):
                for key in sorted(self.v2["schemes"]):
                    self._load_scheme(key, run)
            case ("range", _, _) | ("named", _):
                for key in members:
                    self._load_member(key, run)
            case ("orphans", table, keys):
                for key in keys:
                    self._load_orphan(table, key, run)
            case ("departed", table, keys):
                for owner in (v3_id(table, key) for key in keys):
                    self.notes[owner] = self._gone(owner)

    def _load_scheme(self, key: int, run: int) -> None:
        owner = v3_id("schemes", str(key))
        self.notes[owner] = set()
        entry = Entry("migrated", None, owner, None, owner, run)
        self._load_row("schemes", key, self.v2["schemes"][key], owner, entry)

    def _load_orphan(self, table: str, key: int, run: int) -> None:
        """Load a row without an owner, and what hangs on it."""
        hanging = [
            (child, own)
            for child, columns in PARENTS.items()
            for own, row in sorted(self.v2[child].items())
            if table in columns.values() and table != "schemes" and row[next(iter(columns))] == key
        ]
        for name, own in ((table, key), *hanging):
            owner, before = v3_id(name, str(own)), self.ledger.get((name, str(own)))
            self.notes[owner] = set()
            cohort = before.cohort if before and before.fate == "migrated" else None
            self._load_row(
                name, own, self.v2[name][own], owner, Entry("migrated", None, owner, cohort, owner, run)
            )

    def _load_member(self, member: int, run: int) -> None:
        owner = v3_id("members", str(member))
        self.notes[owner] = set()
        account = self.account(member)
        cohort = self.cohort(member)
        for table in list(TARGETS)[1:]:
            for key, row in sorted(self.v2[table].items()):
                if self._member_of(table, key) != member:
                    continue
                v3_key = account if table == "members" else v3_id(table, str(key))
                self._load_row(table, key, row, v3_key, Entry("migrated", None, v3_key, cohort, owner, run))
        self.notes[owner] |= self._gone(owner)

    def _load_row(self, table: str, key: int, row: Values, v3_key: str, entry: Entry) -> None:
        name = (table, str(key))
        before = self.ledger.get(name)
        if self._archived(table, key):
            entry.fate, entry.reason, entry.v3_id = "dropped", "archived-assessment", None
            if before and before.fate == "migrated" and table == "competence_assessments":
                self.notes[entry.owner].add(("archived-since", *name, None))
        elif reason := self._rejection(table, key, row):
            entry.fate, entry.reason, entry.v3_id = "rejected", reason, None
            if reason == "number-taken":
                self.notes[entry.owner].add((reason, *name, None))
        elif not self._has_home(table, row, v3_key, entry.owner):
            entry.fate, entry.reason, entry.v3_id = "rejected", "parent-deleted", None
            self.notes[entry.owner].add(("kept-user-delete", *name, None))
        else:
            entry.base = self._merge(table, key, row, v3_key, entry, before)
        self._record(name, entry, before)

    def _record(self, name: Key, entry: Entry, before: Entry | None) -> None:
        if before and before.fate == "migrated" and entry.fate != "migrated":
            entry.fate, entry.reason, entry.v3_id, entry.base = "migrated", None, before.v3_id, before.base
        if before and before.owner != entry.owner:
            self.say_no_more(name, before.owner)
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
            if changed and not edited and column == "membership_number" and key in self.numbers.keeping:
                self.notes[entry.owner].add(("number-taken", table, str(key), column))
            elif changed and not edited and not self._is_there(table, column, value):
                self.notes[entry.owner].add(("kept-user-delete", table, str(key), None))
            elif changed and not edited:
                theirs[column] = new_base[column] = value
                took = True
            elif changed or not adopted:
                code = "conflict" if changed else "kept-user-edit"
                self.notes[entry.owner].add((code, table, str(key), self._v2_column(table, column)))
        return new_base if took or not recorded else base

    def _ours(self, table: str, row: Values, entry: Entry) -> Values:
        ours = {column: cleaned(row.get(source)) for column, source in COLUMNS[table].items()}
        if table == "members":
            ours["title"] = row.get("cohort" if self.pack.has_cohort_in_title else "title")
            ours["membership_number"] = ours["membership_number"] or None  # blank is NULL
        if table == "training":
            hours: dict[str | None, str | None] = {**HOURS, "1 day": self.pack.day, **dict(self.decisions)}
            ours["duration_hours"] = hours.get(ours["duration_hours"])
        if table == "scheme_memberships":
            ours["status"] = UNTIL_SET_UP
        return ours | {column: self._parent_id(table, row, column, entry.owner) for column in PARENTS[table]}

    def _parent_id(self, table: str, row: Values, column: str, owner: str) -> str:
        if column != "member_id":
            return v3_id(PARENTS[table][column], str(row[column]))
        recorded = self.ledger[("members", str(row[column]))]
        return recorded.v3_id or owner

    @staticmethod
    def _v2_column(table: str, column: str) -> str:
        return COLUMNS[table].get(column, column)

    def _rejection(self, table: str, key: int, row: Values) -> str | None:
        parents = [(parent, row[column]) for column, parent in PARENTS[table].items()]
        if any(key not in self.v2[parent] for parent, key in parents):
            return "orphan"
        if any(self._rejection(parent, key, self.v2[parent][key]) for parent, key in parents):
            return "parent-rejected"
        return self.numbers.barred.get(key) if table == "members" else None

    def _has_home(self, table: str, row: Values, v3_key: str, owner: str) -> bool:
        return v3_key in self.v3[TARGETS[table]] or all(
            self._is_there(table, column, self._parent_id(table, row, column, owner))
            for column in PARENTS[table]
        )

    def _is_there(self, table: str, column: str, value: Any) -> bool:
        """Tell whether what a value leads to is in v3, if it leads to anything."""
        parent = PARENTS[table].get(column)
        return parent is None or value in self.v3[TARGETS[parent]]

    def _member_of(self, table: str, key: int) -> int | None:
        if table == "members":
            return key
        row = self.v2[table][key]
        if table == "assessment_responses":
            row = self.v2["competence_assessments"].get(row["assessment_id"], {})
        owner: int | None = row.get("member_id")
        return owner

    def _archived(self, table: str, key: int) -> bool:
        if table == "assessment_responses":
            table, key = "competence_assessments", self.v2[table][key]["assessment_id"]
        row = self.v2[table].get(key, {})
        return table == "competence_assessments" and row.get("is_archived") in self._words_for_archived()

    def _words_for_archived(self) -> tuple[str, ...]:
        return ("1", "x") if self.pack.is_x_true else ("1",)

    def _gone(self, owner: str) -> set[Note]:
        return {
            ("gone-from-v2", *key, None)
            for key, entry in self.ledger.items()
            if entry.owner == owner and entry.fate == "migrated" and int(key[1]) not in self.v2[key[0]]
        }
