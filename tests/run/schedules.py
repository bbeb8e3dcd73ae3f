"""Random schedules: members change v2, users change v3, reviewers decide, and somebody migrates."""

import gc
import json
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Table

from migrate.errors import ConfigurationError, InterruptedRunError
from migrate.run.rehearsal import rehearse
from migrate.run.verification import verify
from migrate.schema import ledger, v2, v3
from tests.run.model.engine import Model
from tests.run.model.packs import PACKS, Pack, folder_of
from tests.run.model.state import COLUMNS, MERGE_CODES, PARENTS, TARGETS, Values, cleaned
from tests.run.places import Place, opened_place
from tests.servers import new_database

KEYS = st.integers(1, 5)
COHORTS = st.sampled_from(["A", "B", None])
NUMBERS = st.one_of(KEYS.map("N{}".format), st.sampled_from(["", None]))
NUMBERS_IN_V2 = NUMBERS | KEYS.map("N{}\0".format)
TEXTS = st.sampled_from(["", "one", "One", "two", "two ", None])
TEXTS_IN_V2 = TEXTS | st.sampled_from(["one\0", "\0"])
FLAGS = st.sampled_from(["0", "1", "x"])
DURATIONS = st.sampled_from(["2 hours", "3 hours", "1 day", "call me", "later", None])
SCOPES = st.one_of(
    st.just(((), ())),
    st.sampled_from(["A", "B"]).map(lambda name: ((name,), ())),
    st.just((("A", "B"), ())),
    st.lists(KEYS.map(str), min_size=1, max_size=3, unique=True).map(lambda keys: ((), tuple(keys))),
)
V3_TABLES: dict[str, Table] = {name: v3.metadata.tables[name] for name in TARGETS.values()}
V3_PARENTS = {  # v3 table → column → the v3 table that it leads to
    TARGETS[table]: {column: TARGETS[parent] for column, parent in columns.items()}
    for table, columns in PARENTS.items()
}
TEXT_OF_THEIRS = {"assessment_ratings": "level", "scheme_memberships": "status"}
"""A column that users fill in a row that they add, where it is not the title."""
done: Counter[str] = Counter()
"""How often each kind of step was taken, over all schedules."""


class Schedules(RuleBasedStateMachine):
    """One schedule; after each step v3, ledger and anomalies are those of the model."""

    engine_name: ClassVar[str] = "sqlite"
    place: Place

    @initialize(scope=SCOPES, stop_after=st.sampled_from([1, 1, 2, 0]))
    def open(self, scope: Any, stop_after: int = 0) -> None:
        self._opened = ExitStack()
        folder = Path(self._opened.enter_context(tempfile.TemporaryDirectory()))
        urls = (self._opened.enter_context(new_database(self.engine_name, folder)) for _ in ("v2", "v3"))
        self.place = self._opened.enter_context(opened_place(*urls))
        self.model = Model()
        self._added = 0
        done["schedules"] += 1
        for key, cohort in ((1, "A"), (2, "B"), (3, None)):
            self.member_is_written_in_v2(key, cohort, "B", "one", None)
            self._put(
                "training", key, {"member_id": key, "title": "one", "provider": None, "duration": "2 hours"}
            )
            assessment = {"member_id": key, "title": "one", "status": "open", "is_archived": "0"}
            self._put("competence_assessments", key, assessment)
            self._put("assessment_responses", key, {"assessment_id": key, "level": "one", "evidence": "seen"})
            self.scheme_is_written_in_v2(key, "one", None)
            self.scheme_is_joined_in_v2(key, key, 1)
        self.somebody_migrates(scope, 1 if stop_after else 5000, stop_after)

    def teardown(self) -> None:
        if hasattr(self, "_opened"):
            self._opened.close()
            gc.collect()  # a campaign is one long test, in which nothing else does

    # ---- v2 ----

    def _put(self, table: str, key: int, values: Values) -> None:
        if self.engine_name == "postgresql":  # whose texts hold no NUL
            values = {name: cleaned(value) for name, value in values.items()}
        self.model.v2[table][key] = values
        self.place.put(table, key, **values)

    @rule(key=KEYS, cohort=COHORTS, title=COHORTS, surname=TEXTS_IN_V2, email=TEXTS_IN_V2)
    def member_is_written_in_v2(
        self, key: int, cohort: str | None, title: str | None, surname: str | None, email: str | None
    ) -> None:
        number = self.model.v2["members"].get(key, {}).get("membership_number", f"N{key}")
        values = {"membership_number": number, "cohort": cohort, "title": title, "surname": surname}
        values["email"] = email
        self._put("members", key, values)

    @rule(key=KEYS, number=NUMBERS_IN_V2)
    def number_is_given_in_v2(self, key: int, number: str | None) -> None:
        if key in self.model.v2["members"]:
            self._put("members", key, {**self.model.v2["members"][key], "membership_number": number})

    @rule(one=KEYS, other=KEYS)
    def numbers_are_swapped_in_v2(self, one: int, other: int) -> None:
        members = self.model.v2["members"]
        if one in members and other in members:
            theirs = members[other]["membership_number"]
            self.number_is_given_in_v2(other, members[one]["membership_number"])
            self.number_is_given_in_v2(one, theirs)

    @rule(key=KEYS, member=KEYS, title=TEXTS_IN_V2, provider=TEXTS_IN_V2, duration=DURATIONS)
    def training_is_written_in_v2(
        self, key: int, member: int, title: str | None, provider: str | None, duration: str | None
    ) -> None:
        if member in self.model.v2["members"]:
            self._put("training", key, {"member_id": member, "title": title, "provider": provider,
                                        "duration": duration})  # fmt: skip

    @rule(key=KEYS, member=KEYS, title=TEXTS_IN_V2, archived=FLAGS)
    def assessment_is_written_in_v2(self, key: int, member: int, title: str | None, archived: str) -> None:
        if member in self.model.v2["members"]:
            values = {
                "member_id": member,
                "title": title,
                "status": "open",
                "is_archived": archived,
            }
            self._put("competence_assessments", key, values)

    @rule(key=KEYS, assessment=KEYS, level=TEXTS_IN_V2)
    def rating_is_written_in_v2(self, key: int, assessment: int, level: str | None) -> None:
        if assessment in self.model.v2["competence_assessments"]:
            values = {"assessment_id": assessment, "level": level, "evidence": "seen"}
            self._put("assessment_responses", key, values)

    @rule(key=KEYS, name=TEXTS_IN_V2, organisation=TEXTS_IN_V2)
    def scheme_is_written_in_v2(self, key: int, name: str | None, organisation: str | None) -> None:
        self._put("schemes", key, {"name": name, "organisation": organisation})

    @rule(key=KEYS, member=KEYS, scheme=KEYS)
    def scheme_is_joined_in_v2(self, key: int, member: int, scheme: int) -> None:
        if member in self.model.v2["members"] and scheme in self.model.v2["schemes"]:
            values = {"scheme_id": scheme, "member_id": member, "status": "active"}
            self._put("scheme_memberships", key, values)

    @rule(table=st.sampled_from(list(TARGETS)), key=KEYS)
    def row_is_deleted_in_v2(self, table: str, key: int) -> None:
        """And what hangs on it."""
        for child, columns in PARENTS.items():
            for column in (column for column, parent in columns.items() if parent == table):
                for row in [k for k, values in self.model.v2[child].items() if values[column] == key]:
                    self.row_is_deleted_in_v2(child, row)
        self.row_alone_is_deleted_in_v2(table, key)

    @rule(table=st.sampled_from(list(TARGETS)), key=KEYS)
    def row_alone_is_deleted_in_v2(self, table: str, key: int) -> None:
        if self.model.v2[table].pop(key, None) is not None:
            self.place.remove(table, **{v2.KEYS[table]: key})

    # ---- v3 ----

    def _any_row(self, table: str, data: st.DataObject) -> str | None:
        ids = sorted(self.model.v3[table])
        return data.draw(st.sampled_from(ids)) if ids else None

    @rule(table=st.sampled_from(list(TARGETS)), value=TEXTS, data=st.data())
    def value_is_edited_in_v3(self, table: str, value: str | None, data: st.DataObject) -> None:
        row_id = self._any_row(TARGETS[table], data)
        free = [name for name in COLUMNS[table] if name not in ("membership_number", "duration_hours")]
        if row_id is not None:
            column = data.draw(st.sampled_from(free))
            self._edit(TARGETS[table], row_id, column, value)
            done["v3 edits"] += 1

    @rule(
        column=st.sampled_from(["duration_hours", "cpd_hours"]),
        hours=st.sampled_from(["2.00", "9.00", None]),
        data=st.data(),
    )
    def hours_are_edited_in_v3(self, column: str, hours: str | None, data: st.DataObject) -> None:
        row_id = self._any_row("trainings", data)
        if row_id is not None:
            self._edit("trainings", row_id, column, hours)
            done["v3 edits"] += 1

    @rule(data=st.data())
    def training_is_moved_in_v3(self, data: st.DataObject) -> None:
        row_id, member = self._any_row("trainings", data), self._any_row("members", data)
        if row_id is not None and member is not None:
            self._edit("trainings", row_id, "member_id", member)

    def _edit(self, table: str, row_id: str, column: str, value: str | None) -> None:
        self.model.v3[table][row_id][column] = value
        self.place.edit(V3_TABLES[table], row_id, **{column: value and _typed(column, value)})

    @rule(table=st.sampled_from(list(V3_TABLES)), data=st.data())
    def row_is_deleted_in_v3(self, table: str, data: st.DataObject) -> None:
        row_id = self._any_row(table, data)
        if row_id is not None:
            self._erase(table, row_id)
            done["v3 deletes"] += 1

    def _erase(self, table: str, row_id: str) -> None:
        for child, columns in V3_PARENTS.items():
            for column in (column for column, parent in columns.items() if parent == table):
                for own in [k for k, row in self.model.v3[child].items() if row[column] == row_id]:
                    self._erase(child, own)
        del self.model.v3[table][row_id]
        self.place.erase(V3_TABLES[table], row_id)

    @rule(
        table=st.sampled_from([name for name in V3_PARENTS if V3_PARENTS[name]]), text=TEXTS, data=st.data()
    )
    def row_is_added_in_v3(self, table: str, text: str | None, data: st.DataObject) -> None:
        owners = {column: self._any_row(parent, data) for column, parent in V3_PARENTS[table].items()}
        if None not in owners.values():
            self._add(table, {**owners, TEXT_OF_THEIRS.get(table, "title"): text})

    @rule(number=NUMBERS, data=st.data())
    def number_is_edited_in_v3(self, number: str | None, data: st.DataObject) -> None:
        row_id = self._any_row("members", data)
        taken = {row.get("membership_number") for row in self.model.v3["members"].values()}
        if row_id is not None and number and number not in taken:
            self._edit("members", row_id, "membership_number", number)

    @rule(key=KEYS)
    def account_is_opened_in_v3(self, key: int) -> None:
        taken = {row.get("membership_number") for row in self.model.v3["members"].values()}
        if f"N{key}" not in taken:
            self._add("members", {"membership_number": f"N{key}", "surname": "theirs"})

    def _add(self, table: str, values: Values) -> None:
        self._added += 1
        row_id = f"f{self._added:031x}"
        self.model.v3[table][row_id] = dict(values)
        self.place.add(V3_TABLES[table], id=row_id, **values)
        done["v3 additions"] += 1

    # ---- reviewers ----

    @rule(text=st.sampled_from(["call me", "later"]), hours=st.sampled_from(["5.00", "6.00"]))
    def reviewer_decides(self, text: str, hours: str) -> None:
        self.model.decisions.append((text, hours))
        self.place.add(
            ledger.decisions, scope="text", v2_table="training", v2_column="duration", raw_value=text,
            action="set", value=hours, reviewer="R", decided_at=datetime(2024, 1, 1),  # noqa: DTZ001
        )  # fmt: skip

    # ---- engineers ----

    @rule(pack=st.sampled_from(PACKS))
    def rules_are_changed(self, pack: Pack) -> None:
        self.model.pack = pack
        self.place.workplace().source.engine.dispose()
        self.place.rules_folder = folder_of(pack)

    # ---- runs ----

    @rule(scope=SCOPES, size=st.sampled_from([1, 1, 2, 5000]), stop_after=st.sampled_from([0, 1, 2, 3]))
    def somebody_migrates(self, scope: Any, size: int, stop_after: int) -> None:
        cohorts, members = scope
        seen = 0

        def progress(finished: int, total: int, _: object) -> None:
            nonlocal seen
            seen += 1
            if seen == stop_after and finished < total:
                raise InterruptedRunError("stopped")

        try:
            self.place.run(*cohorts, members=members, size=size, progress=progress)
            finished = True
        except InterruptedRunError:
            finished = False
        assert finished == self.model.run(cohorts, members, size, stop_after)
        done["runs" if finished else "interrupted runs"] += 1

    @rule(
        scope=SCOPES, size=st.sampled_from([1, 1, 2]), stop_after=st.sampled_from([1, 1, 2, 3]),
        moves=st.lists(st.tuples(KEYS, KEYS | NUMBERS_IN_V2), min_size=1, max_size=3),
    )  # fmt: skip
    def numbers_move_while_a_run_is_stopped(
        self, scope: Any, size: int, stop_after: int, moves: list[tuple[int, int | str | None]]
    ) -> None:
        """Members swap their numbers, or are given others, and the run then goes on."""
        self.somebody_migrates(scope, size, stop_after)
        for key, other in moves:
            self.nothing_differs_from_the_model()
            if isinstance(other, int):
                self.numbers_are_swapped_in_v2(key, other)
            else:
                self.number_is_given_in_v2(key, other)
        self.somebody_migrates(scope, size, 0)

    @precondition(lambda self: self.model.runs[-1].status == "interrupted")
    @rule(stop_after=st.sampled_from([0, 1]))
    def who_stopped_a_run_goes_on(self, stop_after: int) -> None:
        stopped = self.model.runs[-1]
        self.somebody_migrates((stopped.cohorts, stopped.members), 1, stop_after)

    @rule()
    def everyone_is_migrated(self) -> None:
        self.somebody_migrates(((), ()), 5000, 0)

    @rule()
    def everything_is_accounted_for(self) -> None:
        """A run of everyone ends with nothing to explain, as was planned; another one writes nothing."""
        foreseen = rehearse(self.place.workplace()).counts
        before = len(self.model.runs)
        self.everyone_is_migrated()
        if len(self.model.runs) > before:  # it did not go on with one that was stopped
            assert json.loads(self._runs()[-1]["summary"])["counts"] == foreseen
        account = verify(self.place.workplace())
        assert account.closed, account.differences
        left = self._with_moments()
        self.everyone_is_migrated()
        assert self._with_moments() == left
        done["verifications"] += 1

    def _with_moments(self) -> list[list[Values]]:
        return [self.place.rows(table) for table in V3_TABLES.values()]

    @rule(cohort=st.sampled_from(["A", "B"]), size=st.sampled_from([1, 5000]))
    def cohort_is_rolled_back(self, cohort: str, size: int) -> None:
        if cohort not in self.model.known_cohorts():
            with pytest.raises(ConfigurationError, match="Nothing of cohort"):
                self.place.roll_back(cohort=cohort)
            return
        self.place.roll_back(cohort=cohort, size=size)
        self.model.roll_back(None, cohort)
        done["rollbacks"] += 1

    @precondition(lambda self: any(run.command == "run" for run in self.model.runs))
    @rule(data=st.data())
    def run_is_rolled_back(self, data: st.DataObject) -> None:
        runs = [number for number, run in enumerate(self.model.runs) if run.command == "run"]
        number = data.draw(st.sampled_from(runs))
        self.place.roll_back(run=self._run_ids()[number])
        self.model.roll_back(number, None)
        done["rollbacks"] += 1

    # ---- what has to be true ----

    @invariant()
    def nothing_differs_from_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        done["steps"] += 1
        for table, rows in self.model.v3.items():
            assert self._actual_rows(table) == {key: _whole(table, row) for key, row in rows.items()}
        assert self._actual_ledger() == {
            (*key, entry.fate, entry.reason, entry.v3_id, entry.cohort, entry.owner, entry.run)
            for key, entry in self.model.ledger.items()
        }
        noted = set().union(*self.model.notes.values()) if self.model.notes else set()
        assert self.place.anomalies(*MERGE_CODES) == noted
        assert list(self.place_statuses().values()) == [run.status for run in self.model.runs]

    def _actual_rows(self, table: str) -> dict[str, Values]:
        found = self.place.rows(V3_TABLES[table])
        return {row.pop("id"): {k: _text(v) for k, v in row.items() if k != "updated_at"} for row in found}

    def _actual_ledger(self) -> set[tuple[Any, ...]]:
        numbers = {run_id: number for number, run_id in enumerate(self._run_ids())}
        names = ("v2_table", "v2_id", "fate", "reason", "v3_id", "cohort", "owner_id")
        return {
            (*(row[name] for name in names), numbers[row["run_id"]]) for row in self.place.rows(ledger.rows)
        }

    def place_statuses(self) -> dict[str, str]:
        return {row["run_id"]: row["status"] for row in self._runs()}

    def _run_ids(self) -> list[str]:
        return [row["run_id"] for row in self._runs()]

    def _runs(self) -> list[Values]:
        found = (row for row in self.place.rows(ledger.runs) if row["command"] in ("run", "rollback"))
        return sorted(found, key=lambda row: row["started_at"])


def _whole(table: str, row: Values) -> Values:
    names = (column.name for column in V3_TABLES[table].columns if column.name not in ("id", "updated_at"))
    return {name: row.get(name) for name in names}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _typed(column: str, value: str) -> Any:
    return float(value) if column.endswith("_hours") else value


def schedules_on(engine_name: str) -> type[Schedules]:
    """Return the schedules of a v2 and a v3 on one engine."""
    return type(f"{engine_name.title()}Schedules", (Schedules,), {"engine_name": engine_name})
