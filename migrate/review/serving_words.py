"""The link that the terminal shows."""

import click
from starlette.datastructures import URL


def link(base: URL | str, token: str) -> str:
    """Return the address that lets one browser in."""
    return f"{str(base).rstrip('/')}/enter?token={token}"


def say_new_link(base: URL | str, token: str) -> None:
    """Print a fresh link on standard error: the one before has been used."""
    click.echo(f"A reviewer has come in. The next one opens  {link(base, token)}", err=True)
