"""`rules/mapping.yaml`: every table and column of v2 has a fate, and a mistake is told by file and key."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.resources import resource
from migrate.rulebook.mapping import load_mapping
from migrate.schema import v2, v3

SHIPPED = resource("rules/mapping.yaml").read_text(encoding="utf-8")
MAPPING = load_mapping()
MISTAKES = [  # what stands there, what is written instead, what the error says
    (
        "title: {from: title, read: copy, to: title}",
        "title: {from: title, to: title}",
        "either `read` or `drop`",
    ),
    (
        "title: {from: title, read: copy, to: title}",
        "title: {from: title, read: guess, to: title}",
        "title.read",
    ),
    ("      forename: {from: forename, read: copy, to: forename}\n", "", "forename: is missing"),
    (
        "      forename: {from",
        "      nickname: {from: nick, read: copy}\n      forename: {from",
        "no v2 column",
    ),
    (
        "tables:\n",
        "tables:\n  folders: {from: folders, drop: unused, columns: {}}\n",
        "folders: is no v2 table",
    ),
    ("    to: members\n", "", "either `to` or `drop`"),
    (
        "location: {from: location, read: copy, to: location}",
        "location: {from: location, drop: private}",
        "tables.training.columns.location: must say `read: copy, to: location` (got `drop: and why`)",
    ),
    (
        "duration: {from: duration, read: duration, to: duration_hours}",
        "duration: {from: duration, read: copy, to: hours}",
        "tables.training.columns.duration: must say `read: duration, to: duration_hours` (got `read: copy",
    ),
    ("to: employments", "to: jobs", "tables.employment: must say `to: employments` (got `to: jobs`)"),
    (
        "    from: education\n",
        "    from: employment\n",
        "tables.education.from: employment is tables.employment already; name a view of it",
    ),
    ("tables:\n", "tabels:\n", "tabels"),
    ("tables:\n", "tables: [\n", "not valid YAML"),
]


def test_every_column_of_v2_has_a_fate() -> None:
    assert {name: set(rule.columns) for name, rule in MAPPING.tables.items()} == {
        name: set(table.columns.keys()) for name, table in v2.metadata.tables.items()
    }


def test_every_target_is_a_column_of_v3() -> None:
    for rule in MAPPING.tables.values():
        if rule.to:
            named = {column.to for column in rule.columns.values() if column.to}
            assert named <= set(v3.metadata.tables[rule.to].columns.keys())


def test_every_column_of_v3_comes_from_v2_or_is_new() -> None:
    for table in v3.LOAD_ORDER:
        rule = MAPPING.tables[MAPPING.by_target[table.name]]
        named = {column.to for column in rule.columns.values()}
        new = {column for name, column in v3.UNWRITTEN if name == table.name}
        assert set(table.columns.keys()) - {"id"} <= named | new | {"status", "id"}


def test_what_is_dropped_says_why() -> None:
    reasons = [rule.drop for rule in MAPPING.tables.values() if rule.to is None]
    reasons += [column.drop for rule in MAPPING.tables.values() for column in rule.columns.values()
                if column.read is None]  # fmt: skip
    assert reasons
    assert [reason for reason in reasons if not (reason or "").strip()] == []


@pytest.mark.parametrize(("shipped", "wrong", "words"), MISTAKES)
def test_a_mistake_is_told_by_file_and_key(shipped: str, wrong: str, words: str, tmp_path: Path) -> None:
    assert shipped in SHIPPED
    path = tmp_path / "mapping.yaml"
    path.write_text(SHIPPED.replace(shipped, wrong, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_mapping(tmp_path)
    assert words in str(caught.value)
    assert all(line.startswith(str(path)) for line in caught.value.problems)
