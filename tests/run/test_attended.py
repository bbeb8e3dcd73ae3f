"""However a run ends, its ledger says how, its hold is given back, and people are told in words."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import errors as postgresql
from pymysql import err as mariadb
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import DBAPIError, OperationalError

from migrate.databases import open_engine
from migrate.errors import InterruptedRunError, MigrationError
from migrate.load.applying.apply import ChangedUnderneathError
from migrate.load.ledger.holds import is_held
from migrate.load.ledger.runs import StartedRun, start_run
from migrate.load.ledger.scope import Scope
from migrate.run.attended import attended, beginning
from migrate.schema import ledger

STOPPING = (signal.SIGTERM, signal.SIGINT)
GO_ON = "Every batch before is committed; run the same command again to go on."


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    """v3 on SQLite; what a test does to the handling of signals is undone."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    opened = open_engine(sqlite_url)
    yield opened
    opened.dispose()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def run(engine: Engine) -> Iterator[StartedRun]:
    started = start_run(engine, "run", Scope(), "1", "s")
    yield started
    started.hold.release()


def status(engine: Engine, run: StartedRun) -> str | None:
    with engine.connect() as connection:
        here = ledger.runs.c.run_id == run.run_id
        return connection.execute(select(ledger.runs.c.status).where(here)).scalar()


def lost(words: str) -> OperationalError:
    return OperationalError("SELECT 1", {}, ConnectionError(words))


@pytest.mark.parametrize("number", STOPPING)
def test_the_first_request_to_stop_waits_for_the_batch_and_the_second_does_not(
    engine: Engine, run: StartedRun, number: signal.Signals
) -> None:
    reached = []

    def work() -> None:
        with attended(engine, run) as stopped:
            reached.append(stopped())
            os.kill(os.getpid(), number)
            reached.append(stopped())
            os.kill(os.getpid(), number)
            reached.append(stopped())

    with pytest.raises(InterruptedRunError, match=f"Run {run.run_id} was stopped at a batch boundary"):
        work()
    assert reached == [False, True]
    assert status(engine, run) == "interrupted"
    assert not is_held(engine, run.run_id)


def test_a_second_request_that_a_finalizer_swallows_is_not_lost(
    engine: Engine, run: StartedRun, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python prints what is raised within __del__ and goes on."""

    class Garbage:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.001)  # where the handler raises

    def work() -> None:
        with attended(engine, run):
            os.kill(os.getpid(), signal.SIGTERM)
            Garbage()
            time.sleep(10)
            pytest.fail("the work went on")

    with pytest.raises(InterruptedRunError):
        work()
    assert "Traceback" not in capsys.readouterr().err
    assert status(engine, run) == "interrupted"


def test_what_else_is_raised_within_a_finalizer_is_shown_as_before(
    engine: Engine, run: StartedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Garbage:
        def __del__(self) -> None:
            raise ZeroDivisionError

    shown: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: shown.append(unraisable.exc_type))
    with attended(engine, run):
        Garbage()
    Garbage()
    assert shown == [ZeroDivisionError] * 2


@pytest.mark.parametrize("number", STOPPING)
def test_a_late_request_to_stop_does_not_kill_the_ending(
    engine: Engine, run: StartedRun, number: signal.Signals
) -> None:
    with attended(engine, run):
        os.kill(os.getpid(), number)
    assert [signal.getsignal(each) for each in STOPPING] == [signal.SIG_IGN] * 2


def test_after_a_run_that_nobody_stopped_signals_do_what_they_did(engine: Engine, run: StartedRun) -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    with attended(engine, run):
        assert [signal.getsignal(number) for number in STOPPING] != before
    assert [signal.getsignal(number) for number in STOPPING] == before


def test_a_run_beside_the_main_thread_leaves_signals_alone(engine: Engine, run: StartedRun) -> None:
    def work() -> bool:
        with attended(engine, run) as stopped:
            return stopped()

    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(work).result() is False


ENDINGS = [  # what is raised, what is said of it after the run's name
    (lost("the server\nis gone"), r"into sqlite\S*:///.*/career_\w+\.db gave up: the server\. "),
    (lost(""), r"into sqlite\S*:///.*/career_\w+\.db gave up: ConnectionError\. "),
    (ChangedUnderneathError("trainings"), r"gave up: v3's users changed rows of a batch .* \(trainings\)\. "),
]


@pytest.mark.parametrize(("error", "words"), ENDINGS)
def test_what_ended_a_run_is_told_with_the_way_out(
    engine: Engine, run: StartedRun, error: Exception, words: str
) -> None:
    with pytest.raises(MigrationError, match=f"^Run {run.run_id} {words}{GO_ON}$"), attended(engine, run):
        raise error
    assert status(engine, run) == "failed"
    assert not is_held(engine, run.run_id)


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), MigrationError("in its own words")])
def test_what_has_its_own_words_or_is_a_fault_of_the_program_is_raised_as_it_is(
    engine: Engine, run: StartedRun, error: Exception
) -> None:
    with pytest.raises(type(error)) as raised, attended(engine, run):
        raise error
    assert raised.value is error
    assert status(engine, run) == "failed"


@pytest.mark.parametrize(
    "full",
    [
        postgresql.DiskFull("could not extend file: wrote only 4096 of 8192 bytes"),
        mariadb.OperationalError(1114, "The table 'migration_rows' is full"),
        mariadb.InternalError(1030, "Got error 28 from storage engine InnoDB"),
    ],
    ids=repr,
)
def test_a_full_disk_of_a_server_is_called_that(engine: Engine, run: StartedRun, full: Exception) -> None:
    """Whose it is the error does not tell: v2's server writes as well, to sort what it is asked for."""
    words = "see that the disks of both databases have room, and run the same command again to go on"
    raised = DBAPIError.instance("INSERT", None, full, Exception)
    with pytest.raises(MigrationError, match=words), attended(engine, run):
        raise raised


def test_a_run_that_cannot_write_how_it_ended_gives_its_hold_back(engine: Engine, run: StartedRun) -> None:
    """And tells what ended it, not that the ledger could not be written."""

    def refuse(*_: object) -> None:
        raise lost("v3 is gone")

    event.listen(engine, "begin", refuse)
    with pytest.raises(MigrationError, match="gave up: the disk is full"), attended(engine, run):
        raise lost("the disk is full")
    event.remove(engine, "begin", refuse)
    assert not is_held(engine, run.run_id)
    assert status(engine, run) == "running"  # until the next run asks who is alive


def test_what_keeps_a_run_from_beginning_is_told(engine: Engine) -> None:
    words = (
        r"^sqlite\S*:///.*\.db: the work could not begin: no room\. "
        r"No record of v3 was changed; run the same command again\.$"
    )
    with pytest.raises(MigrationError, match=words), beginning(engine):
        raise lost("no room")
