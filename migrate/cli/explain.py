"""`career-migrate explain`: how the v3 values of a row or a member came to be."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrate.cli.options import json_option, rules_option, source_option, target_option
from migrate.cli.output import show_json
from migrate.errors import ConfigurationError

if TYPE_CHECKING:
    from migrate.explain.evidence import Evidence
    from migrate.explain.row import ExplainedRow
    from migrate.explain.words import ExplainWords
    from migrate.rulebook import Rules


@click.command()
@source_option
@target_option
@click.option("--member", "member_id", metavar="V2_ID", help="A member, with everything they own.")
@click.option("--number", metavar="NUMBER", help="The same, by membership number.")
@rules_option
@json_option
@click.argument("table", required=False)
@click.argument("v2_id", required=False)
def explain(
    *,
    source: str,
    target: str,
    member_id: str | None,
    number: str | None,
    rules_folder: Path | None,
    as_json: bool,
    table: str | None,
    v2_id: str | None,
) -> None:
    """Tell how the v3 values of a v2 row, or of a member, came to be.

    TABLE is a table of v2, V2_ID the key of a row there.

    \b
    Example:
      career-migrate explain --source sqlite:///v2.db --target sqlite:///v3.db training 42
      career-migrate explain --source sqlite:///v2.db --target sqlite:///v3.db --member 7
      career-migrate explain --source sqlite:///v2.db --target sqlite:///v3.db --number 00055433
    """
    from migrate.explain.document import row_document
    from migrate.explain.row import explain_row
    from migrate.explain.words import load_words
    from migrate.rulebook import load_rules

    asked = [each for each in (member_id, number, table) if each is not None]
    if len(asked) != 1 or (table is None) != (v2_id is None):
        raise ConfigurationError("Name either a TABLE and a V2_ID, or --member V2_ID, or --number NUMBER.")
    rules, words = load_rules(rules_folder), load_words()
    found = _gather(source, target, rules, member_id, number, (table or "", v2_id or ""))
    rows = [explain_row(evidence, rules.mapping) for evidence in found]
    if not as_json:
        _show(rows, words, rules, everything=table is not None)
        return
    documents = [row_document(row, words, rules.catalogue) for row in rows]
    member = next((row.evidence.v2_id for row in rows if row.evidence.v2_table == "members"), member_id)
    show_json(documents[0] if table is not None else {"member_id": member, "rows": documents})


def _gather(
    source: str,
    target: str,
    rules: "Rules",
    member_id: str | None,
    number: str | None,
    row: tuple[str, str],
) -> "list[Evidence]":
    from migrate.cli.ledger import reading_ledger
    from migrate.explain.by_number import member_with_number
    from migrate.explain.gather import evidence_of_member, evidence_of_row
    from migrate.extract.source import open_source

    opened = open_source(source, rules.mapping)
    try:
        with reading_ledger(target) as connection:
            if number is not None:
                member_id = member_with_number(opened, connection, number)
            if member_id is not None:
                return evidence_of_member(opened, connection, rules, member_id)
            return [evidence_of_row(opened, connection, rules, *row)]
    finally:
        opened.engine.dispose()


def _show(rows: "list[ExplainedRow]", words: "ExplainWords", rules: "Rules", *, everything: bool) -> None:
    from migrate.explain.tell import member_summary, row_sentences, value_sentences

    told = [row for row in rows if everything or not _is_summed_up(row)]
    for row in told:
        click.secho(_heading(row, rules), bold=True)
        click.echo("  " + " ".join(row_sentences(row, words, rules.catalogue)))
        for value in row.values:
            if everything or not value.is_plain:
                name = (value.v3_column or value.v2_column or "").replace("_", " ")
                sentences = " ".join(value_sentences(value, words, rules.catalogue))
                click.echo(f"  {click.style(name, underline=True)}: {sentences}")
        click.echo()
    if not everything:
        click.echo("\n".join(member_summary([row for row in rows if row not in told], words)))


def _is_summed_up(row: "ExplainedRow") -> bool:
    """Tell whether one sentence for all such rows is enough; of the member themselves it never is."""
    return row.evidence.v2_table != "members" and (row.is_plain or row.is_dropped)


def _heading(row: "ExplainedRow", rules: "Rules") -> str:
    from migrate.report.privacy import visible

    table = rules.mapping.tables[row.evidence.v2_table].source  # as whoever looks at v2 has it before them
    cohort = (row.evidence.v2 or {}).get("cohort")
    return visible(f"{table} {row.evidence.v2_id}" + (f", cohort {cohort}" if cohort else ""))
