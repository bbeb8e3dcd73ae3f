"""`career-migrate inspect`: what is in v2, before anyone migrates it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migrate.cli.options import json_option, rules_option, source_option
from migrate.cli.output import say, show_json, show_table

if TYPE_CHECKING:
    from migrate.survey.inspection import Inspection
    from migrate.survey.texts import ColumnTexts

TEXT_COLUMNS = {  # heading → what is counted of a column's texts
    "table": "table",
    "column": "column",
    "read as": "read",
    "rows": "rows",
    "texts": "distinct",
    "seen once": "once",
    "converted with a remark": "remarked",
    "stay blank (a flag: no)": "unread",
}

_STAYS_BLANK = ("row stays", "rows stay", "blank")
_BECOMES_NO = ("row becomes", "rows become", "no")  # v3's flags are never blank


@click.command()
@source_option
@click.option(
    "--write-mapping",
    "mapping_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draft a mapping for a v2 that names things otherwise.",
)
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="Texts for a column.")
@rules_option
@json_option
def inspect(
    *, source: str, mapping_file: Path | None, most: int, rules_folder: Path | None, as_json: bool
) -> None:
    """Show what is in v2: tables, fields without a fate, texts that will not convert.

    \b
    Example:
      career-migrate inspect --source sqlite:///v2.db
      career-migrate inspect --source sqlite:///v2.db --write-mapping rules/mapping.yaml
    """
    from migrate.rulebook import load_rules
    from migrate.survey.draft_file import write_draft
    from migrate.survey.inspection import inspect_source

    rules = load_rules(rules_folder)
    found = inspect_source(source, rules, most=most)
    document = found.as_document()
    if mapping_file:
        document["mapping"] = {
            "file": str(mapping_file),
            **write_draft(source, rules, mapping_file, folder=rules_folder),
        }
    if as_json:
        show_json(document)
    else:
        _show(found, rules.mapping.file)
    if mapping_file:
        say(f"{mapping_file}: {document['mapping']['unsure']} places are marked unsure. Settle them first.")


def _readings(candidates: str | None) -> str | None:
    """Return the possible readings separated by commas; those of dates come as a JSON list."""
    return ", ".join(json.loads(candidates)) if candidates and candidates.startswith("[") else candidates


def _show(found: "Inspection", mapping_file: str) -> None:
    _show_tables(found, mapping_file)
    _show_cohorts(found)
    _show_texts(found.texts)
    _show_null_marks(found)
    _show_not_read(found)


def _show_tables(found: "Inspection", mapping_file: str) -> None:
    show_table(
        f"Tables of {found.source}",
        ("table", "rows", "columns"),
        [(table.name, table.rows, len(table.columns)) for table in found.tables],
    )
    if found.unmapped:
        show_table(
            f"Without a fate: until each has one in {mapping_file}, a run is refused",
            ("table", "column", "rows with a value"),
            [tuple(each) for each in found.unmapped],
        )
    if found.missing:
        show_table(
            f"In {mapping_file}, and not in v2 or not to be read by this account",
            ("problem",),
            [(line,) for line in found.missing],
        )


def _show_cohorts(found: "Inspection") -> None:
    from migrate.report.counts import cohort_label

    if found.cohorts:
        show_table(
            "Cohorts (--cohort)",
            ("cohort", "members"),
            [(cohort_label(each.cohort), each.members) for each in found.cohorts],
        )


def _show_null_marks(found: "Inspection") -> None:
    if found.null_marks:
        show_table(
            "Perhaps an export's words for no value; texts migrate as they stand. If so, export again with "
            "empty cells, or map a view with NULLIF",
            ("table", "column", "text", "rows"),
            [tuple(each) for each in found.null_marks],
        )


def _show_not_read(found: "Inspection") -> None:
    """Say which schemas were not looked at, and how many cells a spreadsheet damaged."""
    from migrate.report.figures import count
    from migrate.survey.search_path import path_advice

    for schema, tables in found.other_schemas.items():
        say(
            f"Not looked at: schema {schema}, {count(tables, 'table')}. Name one in the mapping as "
            f"{schema}.TABLE, or {path_advice(found.source, schema)}, and inspect again."
        )
    if found.damaged_cells:
        say(f"A spreadsheet turned {found.damaged_cells:,} cells into dates or times; export them anew.")


def _show_texts(texts: "list[ColumnTexts]") -> None:
    from migrate.report.figures import count

    lines = [[getattr(each, name) for name in TEXT_COLUMNS.values()] for each in texts]
    show_table("Texts", list(TEXT_COLUMNS), lines)
    for each in texts:
        if each.examples:
            one, many, what = _BECOMES_NO if each.read == "flag" else _STAYS_BLANK
            stay = f"{count(each.unread, one, many)} {what} ({count(each.unread_distinct, 'text')})"
            show_table(
                f"{each.table}.{each.column}: {stay}",
                ("text", "rows", "why", "could be"),
                [(*text[:-1], _readings(text.candidates)) for text in each.examples],
            )
