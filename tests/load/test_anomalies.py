"""What is reported of a batch beside what the transform found: what only v3 and its ledger can tell."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from migrate.load.names import V2Names
from migrate.load.planning.anomalies import (
    ARCHIVED_SINCE,
    GIVEN_AWAY,
    GONE,
    NUMBER_KEPT,
    PARENT_IS_DELETED,
    ROW_DELETED,
    RowAnomalies,
    batch_anomalies,
)
from migrate.load.planning.known_rows import FATE_NAMES
from migrate.load.planning.lookups import Lookups
from migrate.load.planning.merge import Kept, TableMerge
from migrate.load.present import LEDGER_COLUMNS
from migrate.rulebook import load_rules
from migrate.schema import frames, v3
from migrate.schema.arrow import no_rows

TEXT = pa.large_string()
Row = dict[str, str | None]
Said = tuple[str | None, str | None, str | None, str | None, str | None]

RULES = load_rules()
NAMES = V2Names(RULES.mapping)
MIGRATED: Row = {
    "v2_table": "training", "v2_id": "1", "member_id": "7", "cohort": "A", "fate": "migrated",
    "v3_table": "trainings", "v3_id": "a1", "owner_id": "m7",
}  # fmt: skip
LOST = MIGRATED | {"fate": "rejected", "reason": "parent-deleted", "v3_table": None, "v3_id": None}
ASSESSED = MIGRATED | {"v2_table": "competence_assessments"}
ARCHIVED: Row = {"fate": "dropped", "reason": "archived-assessment", "v3_table": None, "v3_id": None}
FOUND: Row = {
    "cohort": "said", "member_id": "7", "v2_table": "training", "v2_id": "1", "v2_column": "duration",
    "code": "assumed-day", "severity": "info", "raw_value": "1 day", "loaded_value": "7.00",
}  # fmt: skip
FOUND_IN_1: Said = ("1", "duration", "assumed-day", "7.00", None)


def table(names: tuple[str, ...], rows: list[Row]) -> pa.Table:
    """Return rows of text; what they do not say is nothing."""
    return pa.table({name: pa.array([row.get(name) for row in rows], TEXT) for name in names})


def texts(*values: str | None) -> pa.Array:
    return pa.array(values, TEXT)


def merge(*kept: Kept, deleted: tuple[str, ...] = (), into: Any = v3.trainings) -> dict[str, TableMerge]:
    """Return the merges of a batch: of one table, of which some values or deletions are kept."""
    nothing = no_rows(("v2_id",))
    merged = TableMerge(into, nothing, nothing, nothing, nothing, texts(*deleted), met=1, kept=list(kept))
    return {into.name: merged}


def stayed(column: str, code: str, base: str | None = "=a", ours: str | None = "b") -> Kept:
    """Return a value of row 1 that stays as it is, `c`."""
    return Kept(column, code, texts("1"), texts(base), texts(ours), texts("c"))


def said(
    found: list[Row], fates: list[Row], ledger: list[Row], merges: dict[str, TableMerge]
) -> list[dict[str, Any]]:
    """Return what is reported where v2 still has no row but 20, and says `raw` everywhere."""
    lookups = Lookups(
        bases=lambda _, ids: ids,
        raw=lambda _, __, ids: ["raw"] * len(ids),
        find=lambda _, ids: frozenset(ids) & {"20"},
    )
    transformed = pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in found], dtype=frames.TEXT)
            for name in frames.ANOMALY_COLUMNS
        }
    )
    known, before = table(FATE_NAMES, fates), table(LEDGER_COLUMNS, ledger)
    about = RowAnomalies(known, before, RULES.catalogue)
    rows: list[dict[str, Any]] = batch_anomalies(transformed, about, merges, lookups, NAMES).to_pylist()
    return rows


CASES: list[tuple[str, list[Row], list[Row], dict[str, TableMerge], list[Said]]] = [
    # what happened, fates, the ledger's rows, merges → key, column, code, what v3 got, message
    ("nothing", [MIGRATED], [MIGRATED], merge(), [FOUND_IN_1]),
    ("a user deleted it", [MIGRATED], [MIGRATED], merge(deleted=("1",)),
     [("1", None, "kept-user-delete", None, ROW_DELETED)]),
    ("a user deleted another", [MIGRATED, MIGRATED | {"v2_id": "2"}], [], merge(deleted=("2",)),
     [FOUND_IN_1, ("2", None, "kept-user-delete", None, ROW_DELETED)]),
    ("a user deleted its member", [LOST], [], merge(),
     [("1", "duration", "assumed-day", None, None),
      ("1", None, "kept-user-delete", None, PARENT_IS_DELETED)]),
    ("a user deleted another's member", [MIGRATED, LOST | {"v2_id": "2"}], [], merge(),
     [FOUND_IN_1, ("2", None, "kept-user-delete", None, PARENT_IS_DELETED)]),
    ("v2 lost another", [MIGRATED], [MIGRATED, MIGRATED | {"v2_id": "2"}], merge(),
     [FOUND_IN_1, ("2", None, "gone-from-v2", None, GONE)]),
    ("v2 gave another away", [MIGRATED], [MIGRATED, MIGRATED | {"v2_id": "20"}], merge(), [FOUND_IN_1]),
    ("v2 lost one that was never here", [MIGRATED], [LOST | {"v2_id": "2"}], merge(), [FOUND_IN_1]),
    ("v2 archived what was here", [MIGRATED, ASSESSED | ARCHIVED], [ASSESSED], merge(),
     [FOUND_IN_1, ("1", None, "archived-since", None, ARCHIVED_SINCE)]),
    ("v2 archived what was never here", [MIGRATED, ASSESSED | ARCHIVED], [ASSESSED | ARCHIVED], merge(),
     [FOUND_IN_1]),
    ("with all that belongs to it", [MIGRATED | ARCHIVED], [MIGRATED], merge(), [FOUND_IN_1]),
    ("v2 gave it to what a user deleted", [MIGRATED], [MIGRATED],
     merge(stayed("member_id", "kept-user-delete"), stayed("title", "kept-user-delete")),
     [FOUND_IN_1, ("1", None, "kept-user-delete", None, GIVEN_AWAY)]),
    ("its user edited it", [MIGRATED], [MIGRATED], merge(stayed("duration_hours", "kept-user-edit")),
     [FOUND_IN_1, ("1", "duration", "kept-user-edit", "a",
                   "v2 gives 'b'; the member has made it 'c', and that stays.")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fates", "ledger", "merges", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_v3_and_its_ledger_tell_is_reported_beside_what_v2_does(
    fates: list[Row], ledger: list[Row], merges: dict[str, TableMerge], expected: list[Said]
) -> None:
    found = said([FOUND], fates, ledger, merges)
    names = ("v2_id", "v2_column", "code", "loaded_value", "message")
    assert [tuple(row[name] for name in names) for row in found] == expected
    assert {(row["cohort"], row["member_id"], row["owner_id"]) for row in found} == {("A", "7", "m7")}
    assert {row["v2_table"] for row in found} <= {row["v2_table"] for row in (*fates, *ledger)}
    assert all(row["severity"] == RULES.catalogue.severity(row["code"]) for row in found)


LONG = "x" * 81
KEPT: list[tuple[Any, Kept, str]] = [  # the table, the value that stays, why
    (v3.trainings, stayed("title", "conflict"),
     "'a' was loaded; v2 gives 'b' by now, and the member has made it 'c'. The member's value stays."),
    (v3.trainings, stayed("title", "conflict", "-", None),
     "nothing was loaded; v2 gives nothing by now, and the member has made it 'c'. "
     "The member's value stays."),
    (v3.trainings, stayed("title", "kept-user-edit", None),
     "v2 gives 'b'; v3 has 'c', and that stays: what was loaded is no longer on record, so it may be the "
     "member's own."),
    (v3.trainings, stayed("title", "kept-user-edit", ours=LONG[1:]),
     f"v2 gives '{LONG[1:]}'; the member has made it 'c', and that stays."),
    (v3.trainings, stayed("title", "kept-user-edit", ours=LONG),
     f"v2 gives '{LONG[1:]}…'; the member has made it 'c', and that stays."),
    (v3.registration_applications, stayed("status", "kept-user-edit"),
     "the run gives v3's own status as 'b'; the member has made it 'c', and that stays."),
    (v3.members, stayed("membership_number", "number-taken"), NUMBER_KEPT),
]  # fmt: skip


@pytest.mark.parametrize(("into", "kept", "message"), KEPT)
def test_why_a_value_stays_is_told_with_what_v2_and_v3_say(into: Any, kept: Kept, message: str) -> None:
    fate = MIGRATED | {"v2_table": NAMES.table(into.name)}
    (told,) = said([], [fate], [fate], merge(kept, into=into))
    assert (told["code"], told["raw_value"], told["message"]) == (kept.code, "raw", message)
