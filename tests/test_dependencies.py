"""Everything that is imported is declared in pyproject.toml, and has its version in constraints.txt."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OUR_OWN = {"migrate", "tests", "benchmarks"}
FOLDERS = {  # folder → what has to be declared for it
    "migrate": PROJECT["dependencies"],
    "tests": [*PROJECT["dependencies"], *EXTRAS["dev"]],
    "benchmarks": [*PROJECT["dependencies"], *EXTRAS["dev"], *EXTRAS["bench"]],
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_imported_is_declared(folder: str) -> None:
    declared = {_name(requirement) for requirement in FOLDERS[folder]}
    packages = packages_distributions()
    undeclared = [
        module
        for module in sorted(set(_imported(ROOT / folder)))
        if declared.isdisjoint(map(_name, packages.get(module, [module])))
    ]
    assert undeclared == []


def test_what_is_declared_has_one_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {_name(line) for line in lines if "==" in line}
    every = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    assert [requirement for requirement in every if _name(requirement) not in pinned] == []


def _imported(folder: Path) -> Iterator[str]:
    """Yield the packages of others that a folder's modules import."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            packages = (name.partition(".")[0] for name in names)
            yield from (name for name in packages if name not in sys.stdlib_module_names | OUR_OWN)


def _name(requirement: str) -> str:
    """Return the name of a distribution as indexes write it."""
    found = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
