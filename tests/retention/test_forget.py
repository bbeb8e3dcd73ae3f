"""When the retention period ends, what members wrote leaves the ledger; fates and counts stay."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update

from migrate.decisions.csv_exchange import export_decisions, import_decisions
from migrate.errors import ConfigurationError
from migrate.load.ledger.holds import take_hold
from migrate.load.ledger.overview import read_overview
from migrate.retention.forget import forget_before
from migrate.retention.held import forgotten_before, held_texts
from migrate.retention.texts import ANOMALY_TEXTS
from migrate.schema import ledger, v3
from tests.check.migrated import migrate_v2
from tests.recording import MAX_HOURS
from tests.servers import opened

TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)
SECRET = "a few hours"


def held(connection: Connection) -> dict[str, int]:
    """Return what is held, in rows."""
    return {each["what"]: each["rows"] for each in held_texts(connection)}


def decide(engine: Engine) -> None:
    """Record a decision on a text, one on a title, and its withdrawal."""
    common: dict[str, Any] = {
        "scope": "text", "v2_table": "training", "reviewer": "R", "decided_at": datetime(2020, 1, 1),  # noqa: DTZ001
    }  # fmt: skip
    decisions: list[dict[str, Any]] = [
        {"v2_column": "duration", "action": "set", "value": "3", "raw_value": SECRET, "note": "asked them"},
        {"v2_column": "title", "action": "set", "value": "Of Zoë", "raw_value": "of nobody", "note": None},
    ]
    with engine.begin() as connection:
        connection.execute(insert(ledger.decisions), [common | each for each in decisions])


def fill_anomalies(connection: Connection) -> None:
    """Have every text column of the anomalies hold what a member wrote."""
    told = dict.fromkeys(("raw_value", "loaded_value", "candidates", "message"), SECRET)
    connection.execute(update(ledger.anomalies).values(told))


def everything(connection: Connection) -> str:
    """Return every text of the ledger."""
    return "\n".join(
        str(tuple(row))
        for table in ledger.metadata.sorted_tables
        for row in connection.execute(select(table))
    )


def shape(connection: Connection) -> dict[str, Any]:
    """Return the fates and anomalies of the ledger, without texts."""
    rows, anomalies = ledger.rows.c, ledger.anomalies.c
    fates = select(rows.v2_table, rows.v2_id, rows.fate, rows.reason, rows.v3_id)
    codes = select(
        anomalies.v2_table, anomalies.v2_id, anomalies.v2_column, anomalies.code, anomalies.severity
    )
    return {
        "fates": sorted(map(str, connection.execute(fates))),
        "codes": sorted(map(str, connection.execute(codes))),
        "cohorts": read_overview(connection)["cohorts"],
    }


def test_texts_go_and_counts_stay(migrated: str) -> None:
    with opened(migrated) as engine:
        decide(engine)
        with engine.begin() as connection:
            connection.execute(update(ledger.runs).values(finished_at=datetime(2020, 1, 1)))  # noqa: DTZ001
            fill_anomalies(connection)
            before = shape(connection)
            assert SECRET in everything(connection)
            assert min(held(connection).values()) > 0
            removed = forget_before(connection, TODAY, today=TODAY)
            assert set(held(connection).values()) == {0}
            assert SECRET not in everything(connection)
            assert "Of Zoë" not in everything(connection)
            assert "asked them" not in everything(connection)
            assert set(connection.execute(select(ledger.decisions.c.value)).scalars()) == {"3", None}
            assert shape(connection) == before
            assert removed["what was last loaded, for the merge"] > 0
            assert forgotten_before(connection) == TODAY.isoformat()


def test_texts_of_later_runs_and_decisions_are_kept(migrated: str) -> None:
    with opened(migrated) as engine:
        decide(engine)
        with engine.begin() as connection:
            before = held(connection)
            removed = forget_before(connection, date(2020, 1, 1), today=TODAY)
            assert set(removed.values()) == {0}
            assert held(connection) == before


@pytest.mark.parametrize("is_alive", [False, True])
def test_texts_of_a_run_that_was_killed_go_and_those_of_one_that_works_stay(
    migrated: str, *, is_alive: bool
) -> None:
    with opened(migrated) as engine:
        with engine.begin() as connection:
            killed: dict[str, Any] = {"status": "running", "started_at": datetime(2020, 1, 1)}  # noqa: DTZ001
            connection.execute(update(ledger.runs).values(finished_at=None, **killed))
            run_id = connection.execute(select(ledger.runs.c.run_id)).scalar_one()
            connection.execute(delete(ledger.batches))
            batches = [
                {"run_id": run, "number": number, "kind": "members", "bounds": "{}", "finished_at": moment}
                for run, number, moment in (
                    (run_id, 1, datetime(2020, 1, 1)),  # noqa: DTZ001
                    (run_id, 2, datetime(2020, 1, 2)),  # noqa: DTZ001
                    ("another's", 1, datetime.combine(TOMORROW, time())),
                )
            ]
            connection.execute(insert(ledger.batches), batches)
        hold = take_hold(engine, run_id) if is_alive else None
        with engine.begin() as connection:
            assert forget_before(connection, date(2020, 1, 2), today=TODAY)[ANOMALY_TEXTS.what] == 0
            removed = forget_before(connection, TODAY, today=TODAY)
        assert (removed[ANOMALY_TEXTS.what] > 0) is (not is_alive)
        if hold:
            hold.release()


def test_texts_are_gone_from_sqlites_file_too(tmp_path: Path, v2_file: str) -> None:
    with opened(f"sqlite:///{tmp_path / 'v3.db'}") as engine:
        migrate_v2(v2_file, str(engine.url))
        with engine.begin() as connection:
            connection.execute(update(ledger.runs).values(finished_at=datetime(2020, 1, 1)))  # noqa: DTZ001
            connection.execute(
                update(ledger.anomalies).values(raw_value=SECRET * 5_000)
            )  # has pages of its own
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = OFF")
            connection.rollback()
            with connection.begin():
                forget_before(connection, TODAY, today=TODAY)
        assert SECRET.encode() not in Path(str(engine.url.database)).read_bytes()


def test_decisions_whose_text_is_forgotten_are_not_exported(migrated: str, tmp_path: Path) -> None:
    """They decide nothing any more, and no import would take them."""
    with opened(migrated) as engine:
        decide(engine)
        with engine.begin() as connection:
            forget_before(connection, TODAY, today=TODAY)
            with (tmp_path / "d.csv").open("w", encoding="utf-8", newline="") as stream:
                assert export_decisions(connection, stream) == 0
            with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as stream:
                assert import_decisions(connection, stream, name="d.csv", max_hours=MAX_HOURS).added == 0


def test_the_latest_day_that_was_forgotten_is_noted(migrated: str) -> None:
    with opened(migrated) as engine, engine.begin() as connection:
        for day in (date(2020, 1, 1), date(2021, 1, 1), date(2020, 6, 1)):
            forget_before(connection, day, today=TODAY)
        assert forgotten_before(connection) == "2021-01-01"


def test_day_to_come_is_refused(migrated: str) -> None:
    with (
        opened(migrated) as engine,
        engine.begin() as connection,
        pytest.raises(ConfigurationError, match="--before must not be after today"),
    ):
        forget_before(connection, TOMORROW, today=TODAY)


def test_run_after_forgetting_overwrites_nothing(migrated: str, v2_file: str) -> None:
    with opened(migrated) as engine:
        with engine.begin() as connection:
            connection.execute(update(ledger.runs).values(finished_at=datetime(2020, 1, 1)))  # noqa: DTZ001
            connection.execute(update(v3.trainings).values(title="edited"))
            forget_before(connection, TODAY, today=TODAY)
        with opened(v2_file) as v2_engine, v2_engine.begin() as connection:
            connection.execute(text("UPDATE training SET provider = 'changed in v2'"))
        migrate_v2(v2_file, migrated)
        with engine.connect() as connection:
            assert connection.execute(select(v3.trainings.c.title).distinct()).scalars().all() == ["edited"]
            assert connection.execute(select(func.count()).select_from(v3.trainings)).scalar_one() == 3


def test_what_stays_after_forgetting_is_not_said_to_be_of_the_members_making(
    migrated: str, v2_file: str
) -> None:
    """The ledger no longer tells who is right, and says so, run after run."""
    with opened(migrated) as engine:
        with engine.begin() as connection:
            connection.execute(update(ledger.runs).values(finished_at=datetime(2020, 1, 1)))  # noqa: DTZ001
            forget_before(connection, TODAY, today=TODAY)
        with opened(v2_file) as v2_engine, v2_engine.begin() as connection:
            connection.execute(text("UPDATE training SET provider = 'changed in v2'"))
        anomalies = ledger.anomalies.c
        said = select(anomalies.message, anomalies.loaded_value).where(anomalies.code == "kept-user-edit")
        for _ in range(2):
            migrate_v2(v2_file, migrated)
            with engine.connect() as connection:
                assert set(map(tuple, connection.execute(said))) == {
                    (
                        "v2 gives 'changed in v2'; v3 has nothing, and that stays: "
                        "what was loaded is no longer on record, so it may be the member's own.",
                        None,
                    )
                }
