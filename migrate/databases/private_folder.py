"""A place for members' rows while a process runs: readable by its user alone, gone with the process.

A process that is killed cannot tidy up. Each place is locked while its process lives, so the next one to ask
removes those whose lock is free.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "career-migrate-v2-"
_LOCK = "in-use"
_held: list[int] = []  # an open lock is a held one


def private_folder() -> Path:
    """Return a new folder (mode 0700) that is removed when this process exits."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not (folder / _LOCK).exists():  # another process came between the last two lines
        os.close(lock)
        return private_folder()
    _held.append(lock)
    atexit.register(_remove, folder, os.getpid())
    return folder


def is_private(path: Path) -> bool:
    """Return whether a file stands in a folder that this module made."""
    return path.parent.name.startswith(_PREFIX)


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:  # a forked worker leaves it to its parent
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or in use
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
