"""What a run tells: every line with run, cohort, batch and counts, and nothing that a member wrote."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from migrate.errors import InterruptedRunError, MigrationError
from migrate.observe import Observation, start
from migrate.observe.json_lines import JsonLines, Remarks
from migrate.observe.lineage import dataset_name
from migrate.observe.lineage_configured import is_configured
from migrate.observe.observer import ObservedRun

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COUNTS = {"rows": 7, "v3": {"trainings": {"created": 3, "updated": 1, "unchanged": 2}}}
CHECK = {"suite": "after", "expectation": "hours", "severity": "critical", "passed": False, "examples": []}
SECRET = "not-a-secret"
RUN: dict[str, Any] = {
    "command": "run",
    "source": f"postgresql://reader:{SECRET}@v2.example/career",
    "target": f"mariadb://writer:{SECRET}@v3.example:3307/career",
    "cohort": "2024-A",
    "rules_version": "abc",
}


class Clock:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self._asked = -1

    def __call__(self) -> datetime:
        self._asked += 1
        return START + timedelta(seconds=self._asked)


def observe(observation: Observation, error: Exception | None = None) -> None:
    """Tell a whole run of one batch."""
    with observation as observed:
        observed.begun("R1", resumed=False)
        observed.batch_done(1, 2, COUNTS)
        observed.checked([CHECK])
        observed.counted(COUNTS)
        if error:
            raise error


def lines_of(error: Exception | None = None) -> list[dict[str, Any]]:
    """Return the log of a run as JSON says it."""
    stream = io.StringIO()
    run = ObservedRun("run", "sqlite:///v2.db", "sqlite:///v3.db", "2024-A", "abc")
    observation = Observation(run, [JsonLines(stream)], Clock())
    if error:
        with pytest.raises(type(error)):
            observe(observation, error)
    else:
        observe(observation)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_line_names_run_cohort_batch_and_counts() -> None:
    lines = lines_of()
    assert [line["event"] for line in lines] == ["run-started", "batch-done", "checked", "run-completed"]
    assert {(line["run"], line["cohort"]) for line in lines} == {("R1", "2024-A")}
    assert [line["batch"] for line in lines] == [None, 1, None, None]
    assert lines[1]["counts"] == lines[3]["counts"] == COUNTS
    assert lines[2]["failed"] == [{"suite": "after", "expectation": "hours", "severity": "critical"}]
    assert all(line["time"].endswith("+00:00") for line in lines)


ENDINGS = [  # what the run raised, how it ended
    (MigrationError("SELECT * FROM members: duplicate 'Zoë'"), "run-failed", "MigrationError"),
    (InterruptedRunError("stopped"), "run-interrupted", "InterruptedRunError"),
]


@pytest.mark.parametrize(("error", "event", "kind"), ENDINGS)
def test_end_is_told_by_kind_and_without_the_error_s_words(error: Exception, event: str, kind: str) -> None:
    last = lines_of(error)[-1]
    assert (last["event"], last["level"], last["error"]) == (event, "error", kind)
    assert "Zoë" not in json.dumps(last, ensure_ascii=False)


def test_summary_says_what_the_run_did_without_a_password(tmp_path: Path) -> None:
    file = tmp_path / "summary.json"
    observe(start(**RUN, summary=file, clock=Clock()))
    document = json.loads(file.read_text())
    assert SECRET not in file.read_text()
    assert document["source"] == "postgresql://reader:***@v2.example/career"
    assert document["batches"] == {"done": 1, "total": 2}
    assert (document["status"], document["seconds"], document["counts"]) == ("completed", 3.0, COUNTS)
    assert document["checks"] == [CHECK]


def test_summary_is_written_of_a_run_that_was_refused(tmp_path: Path) -> None:
    file = tmp_path / "summary.json"
    with pytest.raises(MigrationError), start(**RUN, summary=file, clock=Clock()):
        raise MigrationError("refused")
    document = json.loads(file.read_text())
    assert (document["run"], document["status"], document["started_at"]) == (None, "failed", None)


def test_observer_that_fails_does_not_fail_the_run(tmp_path: Path) -> None:
    observe(start(**RUN, summary=tmp_path / "no" / "such" / "folder.json"))


def write_lineage_to(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for lineage in a file as an engineer does."""
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", str(file))
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")


def test_each_line_is_json_whoever_speaks_and_a_failure_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lineage_to(tmp_path / "missing" / "lineage.jsonl", monkeypatch)
    observe(start(**RUN, log_format="json", clock=Clock()))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    remarks = [line for line in lines if line["event"] == "remark"]
    assert [(line["level"], line["run"], line["logger"]) for line in remarks] == [
        ("warning", "R1", "migrate.observe")
    ]
    assert "Lineage could not tell" in remarks[0]["message"]
    assert not [handler for handler in logging.getLogger().handlers if isinstance(handler, Remarks)]


@pytest.mark.parametrize(
    ("name", "value"), [("OPENLINEAGE__TRANSPORT__TYPE", "nonsense"), ("OPENLINEAGE_URL", "no url")]
)
def test_a_transport_that_cannot_be_opened_does_not_fail_the_run(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(name, value)
    observe(start(**RUN, clock=Clock()))
    said = [record for record in caplog.records if record.name == "migrate.observe"]
    assert len(said) == 1
    assert "No OpenLineage events are sent" in said[0].getMessage()


def test_lineage_goes_to_a_file_with_tables_in_and_rows_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lineage.jsonl"
    write_lineage_to(file, monkeypatch)
    observe(start(**RUN, clock=Clock()))
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["eventType"] for event in events] == ["START", "COMPLETE"]
    assert len({event["run"]["runId"] for event in events}) == 1
    assert {(each["namespace"], each["name"]) for each in events[0]["inputs"]} >= {
        ("postgres://v2.example:5432", "career.public.training")
    }
    written = {each["name"]: each.get("outputFacets", {}) for each in events[1]["outputs"]}
    assert written["career.trainings"]["outputStatistics"]["rowCount"] == 4
    assert SECRET not in file.read_text()
    assert "reader" not in file.read_text()


class _Listener(BaseHTTPRequestHandler):
    received: list[dict[str, Any]]

    def do_POST(self) -> None:
        """Keep the event."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).received.append(json.loads(body))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the URL of a server that keeps what it is sent."""
    received: list[dict[str, Any]] = []
    handler = type("Listener", (_Listener,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", received
        finally:
            server.shutdown()
            thread.join()


def test_lineage_goes_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as (url, received):
        monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "http")
        monkeypatch.setenv("OPENLINEAGE__TRANSPORT__URL", url)
        observe(start(**RUN))
    assert [event["eventType"] for event in received] == ["START", "COMPLETE"]


def test_server_that_is_away_does_not_fail_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "http")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__RETRY__TOTAL", "0")
    observe(start(**RUN))


WISHES = [  # environment, whether events were asked for
    ({}, False),
    ({"OPENLINEAGE_URL": "http://x"}, True),
    ({"OPENLINEAGE_CONFIG": "lineage.yml"}, True),
    ({"OPENLINEAGE__TRANSPORT__TYPE": "file"}, True),
    ({"OPENLINEAGE_NAMESPACE": "x"}, False),
    ({"OPENLINEAGE_URL": "http://x", "OPENLINEAGE_DISABLED": "true"}, False),
]


@pytest.mark.parametrize(("environment", "wished"), WISHES)
def test_lineage_is_sent_only_where_it_was_asked_for(environment: dict[str, str], wished: bool) -> None:
    assert is_configured(environment) is wished


NAMES = [  # URL, table, namespace, name
    ("postgresql://u:p@h/db", "training", "postgres://h:5432", "db.public.training"),
    ("postgresql://u:p@h/db", "hr.person", "postgres://h:5432", "db.hr.person"),
    ("mariadb+pymysql://u:p@h:3307/db", "training", "mysql://h:3307", "db.training"),
    ("mariadb+pymysql://u:p@h:3307/db", "hr.person", "mysql://h:3307", "hr.person"),
    ("sqlite:////data/v2.db", "training", "file", "/data/v2.db/training"),
    ("dir:/data/exports", "training", "file", "/data/exports/training"),
]


@pytest.mark.parametrize(("url", "table", "namespace", "name"), NAMES)
def test_tables_are_named_as_openlineage_names_them(url: str, table: str, namespace: str, name: str) -> None:
    assert dataset_name(url, table) == (namespace, name)


def test_lineage_names_the_tables_of_v2_as_v2_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lineage.jsonl"
    write_lineage_to(file, monkeypatch)
    observe(start(**RUN, v2_tables={"members": "hr.person", "training": "courses"}))
    names = {each["name"] for each in json.loads(file.read_text().splitlines()[0])["inputs"]}
    assert names >= {"career.hr.person", "career.public.courses", "career.public.schemes"}
    assert not names & {"career.public.members", "career.public.training"}
