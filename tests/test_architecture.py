"""docs/architecture.md names each package and what it may import, and no file that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.run.unchanged import deciding_code

ROOT = Path(__file__).parent.parent
CODE = ROOT / "migrate"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PARTS = {"transform/durations"}  # packages within a package
OPEN = {"errors", "resources", "__version__"}
"""What belongs to no package and may be imported by all."""
EVERY = "every package"


def documented() -> dict[str, list[str]]:
    """Return package → what it may import, in the order of the table."""
    rows = re.findall(r"^\| `migrate/([a-z_/]+)/` \| .+ \| (.+) \|$", PAGE, re.MULTILINE)
    return {package: [] if cell == "—" else cell.split(", ") for package, cell in rows}


PACKAGES = documented()


def package_of(dotted: str) -> str:
    """Return the package of a module, named without `migrate.`."""
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


def imports_of(package: str) -> set[str]:
    """Return the other packages that a package imports."""
    files = [path for path in CODE.rglob("*.py") if _place(path) == package]
    return {package_of(name) for path in files for name in imported_by(path)} - {package} - OPEN


def _place(path: Path) -> str:
    return package_of(".".join(path.relative_to(CODE).with_suffix("").parts))


def test_every_room_has_a_row() -> None:
    folders = {_place(path) for path in CODE.glob("*/**/*.py")}
    assert set(PACKAGES) == folders


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_what_its_row_says(package: str) -> None:
    if PACKAGES[package] != [EVERY]:
        assert sorted(imports_of(package)) == PACKAGES[package]


def test_imports_go_upwards_in_the_table() -> None:
    """No two packages import each other, but for a package and the one within it."""
    places = {package: place for place, package in enumerate(PACKAGES)}
    against = [
        (package, other)
        for package in PACKAGES
        for other in imports_of(package)
        if places[other] > places[package] and not other.startswith(f"{package}/")
    ]
    assert against == []


def test_a_run_notices_a_change_of_whatever_transforms_import() -> None:
    """What was loaded before is then not taken to be what would be loaded now."""
    imported = imports_of("transform") | imports_of("transform/durations") | {"transform"}
    noticed = {path.relative_to(CODE).parts[0] for path in deciding_code()}
    assert noticed == {package.partition("/")[0] for package in imported}


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([a-z_]+/[a-z_/]*(?:\.[a-z]+)?)[` ]", PAGE))))
def test_what_the_page_names_is_there(named: str) -> None:
    assert (ROOT / named).exists() or (CODE / named).exists()
