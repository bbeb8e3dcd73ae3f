"""Writes folders of exports: a v2 without rows, but for the files that a test gives."""

from collections.abc import Mapping
from pathlib import Path

from migrate.rulebook.mapping import load_mapping
from migrate.schema import v2

MAPPING = load_mapping()
TRAINING = ("training_id", "member_id", "title", "duration")


def write_folder(folder: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """Write a v2 without rows, and the given files in place of its own."""
    replaced = {Path(name).stem for name in files or {}}
    folder.mkdir(exist_ok=True)
    for name in v2.metadata.tables:
        if name not in replaced:
            (folder / f"{name}.csv").write_text(",".join(v2.column_names(name)) + "\n")
    for name, content in (files or {}).items():
        (folder / name).write_bytes(content)
    return folder


def training_csv(*lines: str, encoding: str = "utf-8", end: str = "\n", sign: str = ",") -> bytes:
    """Return a training export; each line gives training_id, member_id, title and duration."""
    others = [column for column in v2.column_names("training") if column not in TRAINING]
    heading = sign.join([*TRAINING, *others])
    rows = [line + sign * len(others) for line in lines]
    return (end.join([heading, *rows]) + end).encode(encoding)
