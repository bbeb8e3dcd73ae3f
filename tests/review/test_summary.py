"""The ledger is summed up in the database and read the same on every engine."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from migrate.review.groups import GroupKey
from migrate.review.ledger_view import LedgerView
from migrate.review.rows import anomalies_of_row, fate_of, rows_of, whole_texts
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.review import load_review_rules
from migrate.schema import ledger
from tests.ledgers import put
from tests.review.browsing import group_of, snapshot_of

PLACE = {"v2_table": "training", "v2_column": "duration", "run_id": "r"}


def test_every_anomaly_is_in_one_cell_and_one_group(ledger_engine: Engine) -> None:
    groups = snapshot_of(ledger_engine).groups
    with ledger_engine.connect() as connection:
        anomalies = connection.scalar(select(func.count()).select_from(ledger.anomalies))
    assert int(groups.rows.sum()) == anomalies
    assert sorted(place for group in groups.groups for place in group.cells) == list(range(len(groups.cells)))


def test_spellings_that_differ_in_case_are_one_group(ledger_engine: Engine) -> None:
    snapshot = snapshot_of(ledger_engine)
    group = group_of(snapshot, "2 days")
    assert group.key == GroupKey("training", "duration", "assumed-day", "info", "2 days")
    cells = snapshot.groups.cells_of(group)
    assert {cell.start for cell in cells} == {"2 days", "2 Days"}
    assert sum(cell.rows for cell in cells) == 68


def test_members_are_counted_once_a_cell(ledger_engine: Engine) -> None:
    snapshot = snapshot_of(ledger_engine)
    cells = snapshot.groups.cells_of(group_of(snapshot, "3"))
    assert sum(cell.rows for cell in cells) == 31
    assert sum(cell.members for cell in cells) == 30


def test_rows_of_a_group_come_page_by_page_without_gap_or_repeat(ledger_engine: Engine) -> None:
    snapshot = snapshot_of(ledger_engine)
    group = group_of(snapshot, "2 days")
    found: list[int] = []
    with ledger_engine.connect() as connection:
        while page := rows_of(connection, group, snapshot.groups, after=found[-1] if found else 0, size=7):
            found += [row.anomaly_id for row in page]
    assert len(found) == len(set(found)) == 68
    assert found == sorted(found)


LONG = "9 days " * 100  # 700 characters: longer than a cell keeps
SPECIAL_TEXTS = [LONG + "a", LONG + "b", "", " ", "%", "_", "Ünïcode ½", "日本", "a\\b'c\"d", "x" * 100_000]


@pytest.mark.parametrize("raw", SPECIAL_TEXTS)
def test_rows_are_found_by_any_text_to_the_letter(target_engine: Engine, raw: str) -> None:
    others = [text for text in SPECIAL_TEXTS if text != raw]
    with target_engine.begin() as connection:
        for number, text in enumerate([raw, *others]):
            row = {"v2_id": str(number), "raw_value": text, "code": "no-unit", "severity": "warning"}
            put(connection, ledger.anomalies, row, **PLACE)
    snapshot = snapshot_of(target_engine)
    place = next(n for n, cell in enumerate(snapshot.groups.cells) if raw.startswith(cell.start or "")
                 and cell.length == len(raw) and (raw or cell.start == ""))  # fmt: skip
    group = snapshot.groups.groups[int(snapshot.groups.group_of[place])]
    with target_engine.connect() as connection:
        rows = rows_of(connection, group, snapshot.groups, after=0, size=50)
        texts = whole_texts(connection, group, snapshot.groups)
    assert "0" in {row.v2_id for row in rows}
    assert raw in texts


def test_a_row_is_found_by_its_owner_or_without_one(ledger_engine: Engine) -> None:
    with ledger_engine.begin() as connection:
        owner = "0" * 31 + "f"
        fate: dict[str, Any] = {"v2_table": "training", "v2_id": "777", "fate": "migrated", "run_id": "r"}
        put(connection, ledger.rows, {**fate, "owner_id": owner})
        said = {"code": "no-unit", "severity": "warning", "raw_value": "3", "owner_id": owner}
        put(connection, ledger.anomalies, {**said, "v2_id": "777"}, **PLACE)
    with ledger_engine.connect() as connection:
        owned = anomalies_of_row(connection, "training", "777", fate_of(connection, "training", "777"))
        orphaned = anomalies_of_row(connection, "education", "7", fate_of(connection, "education", "7"))
        unknown = anomalies_of_row(connection, "education", "8", fate_of(connection, "education", "8"))
    assert [row.raw for row in map(_seen, owned)] == ["3"]
    assert [row.code for row in orphaned] == ["orphan"]
    assert unknown == []


def _seen(row: Any) -> Any:
    return type("Seen", (), {"raw": row.start})


def test_a_run_that_changed_the_ledger_is_noticed(ledger_engine: Engine) -> None:
    view = LedgerView(ledger_engine, load_review_rules(), load_catalogue())
    with ledger_engine.connect() as connection:
        before = int(view.current(connection).groups.rows.sum())
    with ledger_engine.begin() as connection:
        connection.execute(ledger.anomalies.delete().where(ledger.anomalies.c.raw_value == "3"))
        connection.execute(ledger.runs.update().values(finished_at=datetime(2030, 1, 1)))  # noqa: DTZ001
    with ledger_engine.connect() as connection:
        assert int(view.current(connection).groups.rows.sum()) == before - 31
