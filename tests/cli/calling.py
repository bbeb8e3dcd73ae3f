"""Calls `career-migrate` in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.forking import FORKED, become_the_command

PASSWORD = "s3cr3t-of-nobody"
MOST_LINES = 14  # a rule file without its keys, a folder without its files: one line each


@dataclass(frozen=True)
class Called:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def career_migrate(
    *arguments: str | Path, cwd: Path | None = None, seconds: float | None = 240, **environment: str
) -> Called:
    """Call the command with these arguments, and `environment` beside the usual one.

    It may take so many seconds; None for as long as it needs. Its process is forked from one that has loaded
    the program, which takes a second less than `from_a_shell`.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = FORKED.Process(
            target=_call, args=(arguments, cwd or Path.cwd(), {**os.environ, **environment}, out, err)
        )
        process.start()
        return Called(_code_of(process, seconds), *(_decoded(each) for each in (out, err)))


def from_a_shell(*arguments: str | Path, **environment: str) -> Called:
    """Call the command as a shell does, for whom it loads the program first."""
    done = subprocess.run(  # noqa: S603  # the project's own command
        [sys.executable, "-m", "migrate", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Called(done.returncode, done.stdout, done.stderr)


def _call(
    arguments: Sequence[str | Path], cwd: Path, environment: Mapping[str, str], out: Path, err: Path
) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    become_the_command([*map(str, arguments)], out, err)


def _code_of(process: BaseProcess, seconds: float | None) -> int:
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"the command was not done after {seconds} seconds")
    return process.exitcode


def _decoded(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def in_words(called: Called) -> bool:
    """Assert that a refusal is told in a few lines without the password, and return True."""
    assert "Traceback" not in called.err
    assert PASSWORD not in called.err + called.out
    assert called.out == ""
    assert len(called.err.splitlines()) <= MOST_LINES
    return True
