"""A shell may close a stream (`>&-`, `<&-`), as some jobs are started; that is no traceback."""

import subprocess
import sys

import pytest

CALLS = [  # what the shell runs, what is printed
    ('"$0" -m migrate duration "2 days" >&-', ""),
    ('"$0" -m migrate duration - <&-', ""),
    ('echo "2 days" | "$0" -m migrate duration --json - 2>&- | cut -c1-30', '{"text": "2 days", "hours": 14'),
]


@pytest.mark.parametrize(("call", "out"), CALLS)
def test_a_closed_stream_is_nothing_to_read_and_nowhere_to_write(call: str, out: str) -> None:
    done = subprocess.run(  # noqa: S603  # the project's own command
        ["/bin/sh", "-c", call, sys.executable],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert (done.returncode, done.stdout.rstrip("\n"), done.stderr) == (0, out, "")
