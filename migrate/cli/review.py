"""`career-migrate review`: the reviewers' page."""

from pathlib import Path

import click

from migrate.cli.options import json_option, rules_option, target_option
from migrate.cli.output import json_line, say

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@target_option
@click.option(
    "--source",
    envvar="CAREER_MIGRATE_SOURCE",
    show_envvar=True,
    metavar="URL",
    help="v2, for what `plan` says about the decisions.",
)
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="The port; any free one if not given.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--certificate", type=_file, metavar="PEM", help="Needed where others can reach the page.")
@click.option("--key", type=_file, metavar="PEM", help="The certificate's private key.")
@click.option("--password-file", type=_file, metavar="FILE", help="Its first line lets reviewers in.")
@click.option("--reviewer", metavar="NAME", help="Who decides; the page asks if not given.")
@rules_option
@json_option
def review(
    target: str,
    source: str | None,
    port: int,
    host: str,
    certificate: Path | None,
    key: Path | None,
    password_file: Path | None,
    reviewer: str | None,
    rules_folder: Path | None,
    as_json: bool,
) -> None:
    """Open the reviewers' page on this machine and print the link to it; Ctrl-C closes it.

    The page reads and writes the ledger alone. A link works once, and coming in prints the next.

    \b
    Example:
      career-migrate review --target sqlite:///v3.db --source sqlite:///v2.db
    """
    from migrate.cli.ledger import reading_ledger
    from migrate.cli.sources import refuse_unreadable
    from migrate.review.pages.site import Databases
    from migrate.review.server.app import read_ledger
    from migrate.review.server.opening import open_page
    from migrate.review.server.serving import Listening, check, read_password, serve

    password = read_password(password_file) if password_file else None
    listening = Listening(host, port, certificate, key, password)
    check(listening)
    if source:
        refuse_unreadable(source)
    with reading_ledger(target):  # says so where there is none
        page = open_page(Databases(target, source), listening, reviewer=reviewer, rules_folder=rules_folder)
    say("Reading the ledger …")
    read_ledger(page.app)

    def announce() -> None:
        if as_json:
            click.echo(json_line({"url": page.url}))
        say(f"Open  {page.url}  Ctrl-C closes the page.")

    try:
        serve(page.app, listening, page.sock, announce)
    except KeyboardInterrupt:
        say("The page is closed.")
