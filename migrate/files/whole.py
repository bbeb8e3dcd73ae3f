"""Files that are there whole or not at all, and folders that can be written."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from migrate.errors import ConfigurationError, MigrationError


def make_folder(folder: Path) -> Path:
    """Create the folder where it is missing; raise ConfigurationError where files cannot be put there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: not a folder that can be written ({error.strerror})") from error
    return folder


@contextmanager
def making_folder(folder: Path) -> Iterator[Path]:
    """Give a folder, made where it is missing; after a failure it is gone again if nothing is in it.

    Raises as `make_folder`.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    make_folder(folder)
    try:
        yield folder
    except BaseException:
        with suppress(OSError):  # there is something in it
            for each in made:
                each.rmdir()
        raise


def refuse_no_file(path: Path) -> None:
    """Raise ConfigurationError where no file of that name can be written; later is too late."""
    try:
        problem = _problem_of(path)
    except OSError as error:  # a folder on the way must not be looked into
        problem = f"{path}: cannot be written ({error.strerror})"
    if problem:
        raise ConfigurationError(problem)


def _problem_of(path: Path) -> str | None:
    if path.is_dir():
        return f"{path} is a folder; name a file"
    if not path.parent.is_dir():
        return f"{path.parent} is no folder; create it first"
    if is_no_file(path):
        return None if os.access(path, os.W_OK) else f"{path}: cannot be written to"
    return None if os.access(path.parent, os.W_OK) else f"{path.parent}: files cannot be written there"


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes its name only once it is written to the end; line endings stay as given.

    A device or a pipe is written to as `replacing_path` says.
    """
    with replacing_path(path) as place:
        is_stream = place == path  # what `>> log` has sent /dev/stdout to is not emptied
        with place.open("a" if is_stream else "w", encoding="utf-8", newline="") as stream:
            yield stream


@contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes the name at the end, or is gone after a failure.

    A device, a pipe or a stream, such as /dev/stdout, is written to as it is: a file would take its place.
    Raises MigrationError where it cannot be written, or where nobody reads the pipe.
    """
    try:
        with _read_by_somebody(path) if is_no_file(path) else _beside(path) as place:
            yield place
    except OSError as error:
        raise MigrationError(f"{path}: could not be written ({error.strerror or error})") from error


def is_no_file(path: Path) -> bool:
    """Tell whether a path is that of a device, a pipe or a stream of this process, and not of a file."""
    if not path.exists():
        return False
    is_stream = path.is_symlink() and path.absolute().parts[1] in ("dev", "proc")  # may lead to a file
    return is_stream or not path.is_file()


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _read_by_somebody(path: Path) -> Iterator[Path]:
    """Give the path itself; of a pipe only where somebody reads it, for whoever opens it waits for them."""
    if not path.is_fifo():
        yield path
        return
    try:
        opened = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        words = "nobody reads this pipe" if error.errno == errno.ENXIO else error.strerror
        raise MigrationError(f"{path}: could not be written ({words})") from error
    try:
        yield path
    finally:
        os.close(opened)  # not before: the reader would take it for the end


@contextmanager
def reading(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 text file, line endings as they are; raise ConfigurationError for any other."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
    except UnicodeDecodeError as error:
        kind = "CSV UTF-8" if path.suffix == ".csv" else "UTF-8"  # the first as Excel calls it
        raise ConfigurationError(f"{path}: not UTF-8 at byte {error.start}; save it as {kind}") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
