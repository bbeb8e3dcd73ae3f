"""A row of a batch beside its ledger row: what the ledger says next, and since which run."""

import pyarrow as pa
import pytest

from migrate.load.planning.known_rows import FATE_NAMES, KnownRows
from migrate.load.present import LEDGER_COLUMNS
from migrate.transform.identity import v3_id

TEXT = pa.large_string()
Row = dict[str, str | None]

OWNER, ITSELF = v3_id("members", "3"), v3_id("training", "7")
MIGRATED: Row = {"fate": "migrated", "v3_table": "trainings", "v3_id": "a1"}
DROPPED: Row = {"fate": "dropped", "reason": "archived-assessment", "v3_table": None, "v3_id": None}
REJECTED: Row = {"fate": "rejected", "reason": "orphan", "v3_table": None, "v3_id": None}
OWNER_REJECTED: Row = REJECTED | {"reason": "parent-rejected"}
KNOWN: Row = {
    "v2_table": "training", "v2_id": "7", "member_id": "3", "cohort": "A", "reason": None, **MIGRATED,
    "owner_id": OWNER, "run_id": "first",
}  # fmt: skip

CASES: list[tuple[str, Row, Row, Row | None, str | None]] = [
    # what happened, of the ledger's row, of v2's row → what the ledger is to change, the run it names then
    ("nothing", {}, {}, None, None),
    ("another member's by now", {}, {"member_id": "4"}, {"member_id": "4"}, "first"),
    ("another owner's by now", {}, {"owner_id": "m4"}, {"owner_id": "m4"}, "first"),
    ("another cohort's by now", {}, {"cohort": "B"}, {"cohort": "B"}, "first"),
    ("in no cohort any more", {}, {"cohort": None}, {"cohort": None}, "first"),
    ("archived since it was migrated", {}, DROPPED, None, None),
    ("an orphan since it was migrated", {}, REJECTED, None, None),
    ("of another account by now", {}, {"v3_id": "b2"}, {"v3_id": "b2"}, None),
    ("in another table by now", {}, {"v3_table": "achievements"}, {"v3_table": "achievements"}, None),
    ("migrated after all", DROPPED, {}, {**MIGRATED, "reason": None}, None),
    ("left out for another reason", DROPPED, REJECTED, REJECTED, None),
    ("an orphan, and its owner has come and is left out", REJECTED, OWNER_REJECTED, OWNER_REJECTED, None),
    ("left out as before", DROPPED, DROPPED, None, None),
    ("left out as before, of another cohort", DROPPED, {**DROPPED, "cohort": "B"}, {"cohort": "B"}, "first"),
]


def fates(*rows: Row) -> pa.Table:
    """Return v2's rows as a batch has them."""
    return pa.table({name: pa.array([row.get(name) for row in rows], TEXT) for name in FATE_NAMES})


def ledger(*rows: Row) -> pa.Table:
    """Return the ledger's rows."""
    return pa.table({name: pa.array([row.get(name) for row in rows], TEXT) for name in LEDGER_COLUMNS})


@pytest.mark.parametrize(
    ("was", "now", "change", "run"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_the_ledger_changes_where_v2_says_something_else_and_what_was_migrated_stays_so(
    was: Row, now: Row, change: Row | None, run: str | None
) -> None:
    """The row that the ledger does not know is new, and changes nothing."""
    here, there = (
        fates(KNOWN | now | {"v2_id": "8"}, KNOWN | now),
        ledger(KNOWN | {"v2_id": "9"}, KNOWN | was),
    )
    known = KnownRows(here, there)
    recorded = known.as_recorded(here)
    changed = known.with_runs(recorded).filter(known.changed(recorded)).to_pylist()
    before = {"was_reason": (KNOWN | was)["reason"], "was_run_id": "first", "run_id": run}
    expected = {name: (KNOWN | was | (change or {}))[name] for name in FATE_NAMES}
    assert changed == ([] if change is None else [expected | before])
    assert known.places.to_pylist() == [None, 1]
    assert recorded.slice(0, 1).equals(here.slice(0, 1))


def test_the_anomalies_of_a_row_leave_its_former_owner_and_nobody_elses_do() -> None:
    here = fates(KNOWN, KNOWN | {"v2_id": "8", "owner_id": "m4"}, KNOWN | {"v2_id": "9"})
    known = KnownRows(here, ledger(KNOWN, KNOWN | {"v2_id": "8"}))
    assert known.moved(here).to_pylist() == [{"v2_table": "training", "v2_id": "8", "owner_id": OWNER}]


def test_loaded_is_what_the_ledger_says_of_this_table() -> None:
    other = KNOWN | {"v2_table": "education", "v2_id": "8"}
    known = KnownRows(fates(KNOWN), ledger(KNOWN, other, KNOWN | DROPPED | {"v2_id": "9"}))
    ids = pa.chunked_array([pa.array(["7", "8", "9"], TEXT)])
    assert known.migrated("training", ids).to_pylist() == [True, False, False]


COHORTS = [  # the ledger's row, owner by now → the cohort that a rollback finds it in, where v2 says B
    (KNOWN, ITSELF, "A"),
    (KNOWN, OWNER, "B"),
    (KNOWN | DROPPED, ITSELF, "B"),
    (KNOWN | {"v2_id": "8"}, ITSELF, "B"),
]


@pytest.mark.parametrize(("known", "owner", "cohort"), COHORTS)
def test_what_was_migrated_keeps_its_cohort_when_v2_has_lost_its_member(
    known: Row, owner: str, cohort: str
) -> None:
    here = fates(KNOWN | {"owner_id": owner, "cohort": "B"})
    assert KnownRows(here, ledger(known)).with_cohorts(here)["cohort"].to_pylist() == [cohort]
