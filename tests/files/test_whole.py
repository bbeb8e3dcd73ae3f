"""Files that are there whole or not at all."""

import os
import stat
import threading
from pathlib import Path

from migrate.files.whole import replacing


def test_a_pipe_is_written_to_and_not_replaced_by_a_file(tmp_path: Path) -> None:
    """So is a device: whoever may write to /dev would lose /dev/null to a summary."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    with replacing(pipe) as stream:
        stream.write("whole")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    reader.join(timeout=10)
    assert read == ["whole"]
