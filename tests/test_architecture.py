"""docs/architecture.md names every room, says what each may import, and names no file that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.run.unchanged import deciding_code

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "migrate"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PARTS = {"transform/durations"}  # rooms within a room
OPEN = {"errors", "resources", "__version__"}
"""What belongs to no room and may be imported by all."""
EVERY = "every room"


def documented() -> dict[str, list[str]]:
    """Return room → what it may import, in the order of the table."""
    rows = re.findall(r"^\| `migrate/([a-z_/]+)/` \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    return {room: [] if cell == "—" else cell.split(", ") for room, cell in rows}


ROOMS = documented()


def room_of(dotted: str) -> str:
    """Return the room of a module, named without `migrate.`."""
    first, *rest = dotted.split(".")
    within = f"{first}/{rest[0]}" if rest else first
    return within if within in PARTS else first


def imported_by(path: Path) -> Iterator[str]:
    """Yield each module of ours that a file imports, also within its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.removeprefix("migrate.") for name in names if name.startswith("migrate."))


def imports_of(room: str) -> set[str]:
    """Return the other rooms that a room imports."""
    files = [path for path in PACKAGE.rglob("*.py") if _place(path) == room]
    return {room_of(name) for path in files for name in imported_by(path)} - {room} - OPEN


def _place(path: Path) -> str:
    return room_of(".".join(path.relative_to(PACKAGE).with_suffix("").parts))


def test_every_room_has_a_row() -> None:
    folders = {_place(path) for path in PACKAGE.glob("*/**/*.py")}
    assert set(ROOMS) == folders


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_its_row_says(room: str) -> None:
    if ROOMS[room] != [EVERY]:
        assert sorted(imports_of(room)) == ROOMS[room]


def test_imports_go_upwards_in_the_table() -> None:
    """No two rooms import each other, but for a room and the one within it."""
    places = {room: place for place, room in enumerate(ROOMS)}
    against = [
        (room, other)
        for room in ROOMS
        for other in imports_of(room)
        if places[other] > places[room] and not other.startswith(f"{room}/")
    ]
    assert against == []


def test_a_run_notices_a_change_of_whatever_transforms_import() -> None:
    """What was loaded before is then not taken to be what would be loaded now."""
    imported = imports_of("transform") | imports_of("transform/durations") | {"transform"}
    noticed = {path.relative_to(PACKAGE).parts[0] for path in deciding_code()}
    assert noticed == {room.partition("/")[0] for room in imported}


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([a-z_]+/[a-z_/]*(?:\.[a-z]+)?)[` ]", PAGE))))
def test_what_the_page_names_is_there(named: str) -> None:
    assert (ROOT / named).exists() or (PACKAGE / named).exists()
