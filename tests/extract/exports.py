"""Writes folders of exports, a v2 without rows but for the files that a test gives, and reads them back."""

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook

from migrate.extract import open_source
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


def staged_training(folder: Path) -> list[tuple[object, ...]]:
    """Return training_id, member_id, title and duration of each staged training row."""
    source = open_source(f"dir:{folder}", MAPPING)
    with source.snapshot() as snapshot, snapshot.connection.begin_nested():
        table = snapshot.tables["training"].c
        rows = snapshot.connection.execute(snapshot.tables.rows("training").order_by(table.training_id))
        return [tuple(row._mapping[column] for column in TRAINING) for row in rows]


def write_workbook(path: Path, sheets: Mapping[str, list[list[object]]], formats: Mapping[str, str]) -> None:
    """Write a workbook; `formats` gives the number format of cells of the first sheet."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for place, shown_as in formats.items():
        book.worksheets[0][place].number_format = shown_as
    book.save(path)
