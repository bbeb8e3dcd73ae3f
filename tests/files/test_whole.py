"""Files that are there whole or not at all."""

import os
import stat
import threading
from pathlib import Path

import pytest

from migrate.errors import ConfigurationError, MigrationError
from migrate.files.whole import refuse_no_file, replacing


def test_a_pipe_is_written_to_and_not_replaced_by_a_file(tmp_path: Path) -> None:
    """So is a device: whoever may write to /dev would lose /dev/null to a summary."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with replacing(pipe) as stream:
        stream.write("whole")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.read(reader, 100) == b"whole"
    os.close(reader)


def test_a_pipe_that_nobody_reads_is_told_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told: list[str] = []

    def write() -> None:
        try:
            with replacing(pipe) as stream:
                stream.write("never")
        except MigrationError as error:
            told.append(str(error))

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    writer.join(timeout=10)
    assert told == [f"{pipe}: could not be written (nobody reads this pipe)"]


def test_what_a_stream_was_sent_to_is_added_to_and_not_replaced(tmp_path: Path) -> None:
    """/dev/stdout is a link of this kind: put in its place, a file would be everybody's standard output."""
    log = tmp_path / "log"
    log.write_text("before\n")
    with log.open("a") as opened:
        stream = Path(f"/proc/self/fd/{opened.fileno()}")
        refuse_no_file(stream)
        with replacing(stream) as written:
            written.write("whole\n")
        opened.write("after\n")
    assert log.read_text() == "before\nwhole\nafter\n"


def test_a_device_may_be_named_wherever_it_can_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody but root can put files beside /dev/null."""
    monkeypatch.setattr(os, "access", lambda path, mode: path != Path("/dev"))
    refuse_no_file(Path("/dev/null"))
    with pytest.raises(ConfigurationError, match="/dev: files cannot be written there"):
        refuse_no_file(Path("/dev/summary.json"))
    with replacing(Path("/dev/null")) as stream:
        stream.write("nothing is kept")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_folder_that_must_not_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: object, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "stat", denied)
    with pytest.raises(ConfigurationError, match=r"summary.json: cannot be written \(Permission denied\)"):
        refuse_no_file(tmp_path / "closed" / "summary.json")
