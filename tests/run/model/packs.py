"""Rules that an engineer changes between runs: what the folder given to a run holds, and what it means."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from migrate.resources import resource


class Pack(NamedTuple):
    """The rules of a run."""

    name: str
    file: str = ""
    """The rule file that is another than shipped."""
    words: tuple[tuple[str, str], ...] = ()
    """What stands in it as shipped, and what instead."""
    day: str = "7.00"
    """What `1 day` is in hours."""
    is_x_true: bool = False
    """Whether a flag that says `x` means yes."""
    has_cohort_in_title: bool = False
    """Whether v2's columns of cohort and title are each other's."""


SHIPPED = Pack("shipped")
PACKS = (
    SHIPPED,
    Pack("long days", "durations.yaml", (("hours_per_day: 7 ", "hours_per_day: 8 "),), day="8.00"),
    Pack("another flag", "flags.yaml", (("t, ", "t, x, "),), is_x_true=True),
    Pack(
        "another cohort",
        "mapping.yaml",
        (
            ("title: {from: title, read: copy, to: title}", "title: {from: cohort, read: copy, to: title}"),
            ("cohort: {from: cohort, read: cohort}", "cohort: {from: title, read: cohort}"),
        ),
        has_cohort_in_title=True,
    ),
)


def folder_of(pack: Pack) -> Path | None:
    """Return the folder that holds the rules; None for those that are shipped."""
    return _folders()[pack.name] if pack.file else None


@cache
def _folders() -> dict[str, Path]:
    """Write each folder once: a process reads the rules of a folder once, too."""
    found = {}
    for pack in PACKS:
        if pack.file:
            folder = found[pack.name] = Path(tempfile.mkdtemp(prefix="career-rules-"))
            atexit.register(shutil.rmtree, folder)
            text = resource(f"rules/{pack.file}").read_text(encoding="utf-8")
            for shipped, other in pack.words:
                assert shipped in text
                text = text.replace(shipped, other, 1)
            (folder / pack.file).write_text(text, encoding="utf-8")
    return found
