"""Files that are there whole or not at all, and folders that can be written."""

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
    if path.is_dir():
        raise ConfigurationError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise ConfigurationError(f"{path.parent} is no folder; create it first")
    if not os.access(path.parent, os.W_OK):
        raise ConfigurationError(f"{path.parent}: files cannot be written there")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes its name only once it is written to the end; line endings stay as given."""
    with replacing_path(path) as beside, beside.open("w", encoding="utf-8", newline="") as stream:
        yield stream


@contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes the name at the end, or is gone after a failure.

    A device or a pipe, such as /dev/stdout, is written to as it is: a file would take its place.
    """
    if path.exists() and not path.is_file():
        beside = path
    else:
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        if beside != path:
            beside.replace(path)
    except OSError as error:
        raise MigrationError(f"{path}: could not be written ({error.strerror or error})") from error
    finally:
        if beside != path:
            beside.unlink(missing_ok=True)


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
