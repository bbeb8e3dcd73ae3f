"""Calls `career-migrate` as a shell does: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    It may take so many seconds; None for as long as it needs.
    """
    done = subprocess.run(  # noqa: S603  # the project's own command
        [sys.executable, "-m", "migrate", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=seconds,
    )
    return Called(done.returncode, done.stdout, done.stderr)


def in_words(called: Called) -> bool:
    """Assert that a refusal is told in a few lines without the password, and return True."""
    assert "Traceback" not in called.err
    assert PASSWORD not in called.err + called.out
    assert called.out == ""
    assert len(called.err.splitlines()) <= MOST_LINES
    return True
