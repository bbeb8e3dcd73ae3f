"""Reads one rule file into a pydantic model; whatever is wrong is named by file, line and key."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from yaml.constructor import ConstructorError

from migrate.errors import ConfigurationError

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
Location = tuple[int | str, ...]
_LONGEST_QUOTE = 80
_NO_SPACE_AFTER = re.compile(r"[a-z_][a-z0-9_-]*:[^\s:/]", re.IGNORECASE)
"""A key whose value follows without a space; a URL is not one."""


class _Loader(_SAFE):  # type: ignore[misc]  # the library has no types
    """The safe loader, which also gives the line of a value that is not valid (2010-13-45)."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            raise ConstructorError(None, None, str(error), node.start_mark) from error


class RuleModel(BaseModel):
    """The base of every rule: unknown keys are refused, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Word = Annotated[str, AfterValidator(str.lower)]
"""A word to look for in texts, in lower case, as the texts are when they are searched."""

RuleT = TypeVar("RuleT", bound=BaseModel)


def read_rules(path: Path, model: type[RuleT]) -> RuleT:
    """Read a YAML rule file (safe load) and check it against its model.

    Raises ConfigurationError with every problem found, each as `file:line: key must …  (got …)`.
    """
    text = _read_text(path)
    try:
        node = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, in C where it is built in
        duplicates = list(_duplicate_keys(node))
    except yaml.YAMLError as error:
        raise ConfigurationError(_yaml_problem(path, text, error)) from error
    except RecursionError as error:  # an alias for a node that contains it, or endless brackets
        raise ConfigurationError(f"{path}: holds itself, or is nested too deep") from error
    if duplicates:
        raise ConfigurationError(*(f"{path}:{line}: {key} stands twice" for line, key in duplicates))
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        raise ConfigurationError(*_problems(path, node, error.errors())) from error


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: is not UTF-8; save it as UTF-8") from error


def _problems(path: Path, node: yaml.Node | None, parts: Sequence[Any]) -> list[str]:
    """Return a line for each problem; keys that are missing in one place share one."""
    missing: dict[int, list[str]] = {}
    for part in parts:
        if part["type"] == "missing":
            missing.setdefault(_line(node, part["loc"]), []).append(".".join(map(str, part["loc"])))
    wrong = [_problem(path, node, part) for part in parts if part["type"] != "missing"]
    return wrong + [f"{path}:{line}: {', '.join(keys)}: field required" for line, keys in missing.items()]


def _problem(path: Path, node: yaml.Node | None, part: Any) -> str:
    location: Location = part["loc"]
    key = ".".join(str(step) for step in location) or "the file"
    message = part["msg"].removeprefix("Value error, ")
    said = f"{message[0].lower()}{message[1:]} (got {_quoted(part['input'])})"
    return f"{path}:{_line(node, location)}: {key}: {said}"


def _quoted(value: object) -> str:
    """Return the beginning of a value: a long one would hide the message about it."""
    text = repr(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _yaml_problem(path: Path, text: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    for number, written in _ending_at(text, line):  # to YAML `a:7` is a text, which goes on in the next line
        if _NO_SPACE_AFTER.match(written):
            return (
                f"{path}:{number}: not valid YAML: write a space after the colon of {written.split(':')[0]}"
            )
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or error
    return f"{path}:{line}: not valid YAML: {said}"


def _ending_at(text: str, line: int) -> list[tuple[int, str]]:
    """Return the last two lines with something in them up to a line, each with its number."""
    lines = enumerate((part.strip() for part in text.split("\n")[:line]), start=1)
    return [(number, part) for number, part in lines if part and not part.startswith("#")][-2:]


def _line(node: yaml.Node | None, location: Location) -> int:
    """Return the line (from 1) of the deepest node on the way to the location."""
    line = node.start_mark.line + 1 if node else 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _duplicate_keys(node: yaml.Node | None) -> list[tuple[int, str]]:
    if isinstance(node, yaml.SequenceNode):
        return [found for item in node.value for found in _duplicate_keys(item)]
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    found: list[tuple[int, str]] = []
    for key, value in node.value:
        if key.value in seen:
            found.append((key.start_mark.line + 1, key.value))
        seen.add(key.value)
        found += _duplicate_keys(value)
    return found
