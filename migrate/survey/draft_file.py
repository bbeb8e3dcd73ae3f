"""The draft of a mapping as a rule file that says where a person has to look."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from migrate.errors import ConfigurationError
from migrate.files.whole import replacing
from migrate.rulebook import Rules
from migrate.rulebook.mapping import NOTHING, ColumnRule, TableRule
from migrate.rulebook.names import NamePolicy, load_name_policy
from migrate.survey.draft import Draft, Guess, TableDraft, draft_mapping
from migrate.survey.found import find_tables
from migrate.survey.inspection import open_for_survey

HEAD = """\
# Drafted from what v2 looks like. A guess to be looked at is marked with "# unsure:"; a "?" stands where
# nothing was found. Columns and tables that are left over have no fate yet: a run is refused until each is
# mapped, or stands under `ignore` or `ignored_tables` with the reason why it stays behind.
"""


def write_draft(url: str, rules: Rules, file: Path, *, folder: Path | None = None) -> dict[str, int]:
    """Draft a mapping for a v2 and write it to a new file; return how many places are unsure or left.

    `folder` is the folder of rules that may have a names.yaml of its own.

    Raises ConfigurationError where the file exists, MigrationError where it cannot be written.
    """
    if file.exists():
        raise ConfigurationError(f"{file} exists; name another file, it may hold what was settled already")
    policy = load_name_policy(folder)
    with open_for_survey(url, rules.mapping) as (connection, _):
        draft = draft_mapping(connection, find_tables(connection, rules.mapping), rules, policy)
    lines = [HEAD.rstrip(), *_lines(draft, rules.mapping.tables, policy)]
    with replacing(file) as stream:
        stream.writelines(f"{line}\n" for line in lines)
    return {
        "unsure": sum("# unsure:" in line for line in lines[1:]),
        "left": len(draft.left) + sum(len(table.left) for table in draft.tables.values()),
    }


def _lines(draft: Draft, rules: dict[str, TableRule], policy: NamePolicy) -> Iterator[str]:
    yield "tables:"
    for name, table in draft.tables.items():
        yield from _table_lines(name, table, rules[name], policy)
    if draft.left:
        yield "# unsure: these tables have no fate. Map them, or say why they stay behind:"
        yield "# ignored_tables:"
        yield from (f"#   {_scalar(left)}: why it is not migrated" for left in draft.left)
    else:
        yield "ignored_tables: {}"


def _table_lines(name: str, table: TableDraft, rule: TableRule, policy: NamePolicy) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    from: {_origin(table.guess)}{_doubt(table.guess, policy)}"
    yield f"    to: {rule.to}" if rule.to else f"    drop: {rule.drop}"
    yield "    columns:"
    for column, guess in table.columns.items():
        yield f"      {column}: {_column(guess, rule.columns[column])}{_doubt(guess, policy)}"
    if table.left:
        yield "    # unsure: these columns have no fate. Map them, or say why they stay behind:"
        yield "    # ignore:"
        yield from (f"    #   {_scalar(left)}: why it is not migrated" for left in table.left)


def _column(guess: Guess | None, rule: ColumnRule) -> str:
    parts = {"read": rule.read, "to": rule.to, "drop": rule.drop}
    fate = ", ".join(f"{key}: {value}" for key, value in parts.items() if value)
    return f"{{from: {_origin(guess)}, {fate}}}"


def _origin(guess: Guess | None) -> str:
    return _scalar(guess.found if guess else NOTHING)


def _doubt(guess: Guess | None, policy: NamePolicy) -> str:
    if guess is None:
        return "  # unsure: nothing in v2 is like it"
    if guess.is_sure(policy):
        return ""
    other = f"; it may be {_scalar(guess.next_best)}" if guess.next_best else ""
    return f"  # unsure: {guess.likeness:.0%} alike{other}"


def _scalar(text: str) -> str:
    """Return a name as YAML reads it back inside a list of keys."""
    return yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10**6)[1:-2]
