"""The link that the terminal shows."""

from starlette.datastructures import URL

from migrate.cli.output import say


def link(base: URL | str, token: str) -> str:
    """Return the address that lets one browser in."""
    return f"{str(base).rstrip('/')}/enter?token={token}"


def say_new_link(base: URL | str, token: str) -> None:
    """Print a fresh link: the one before has been used."""
    say(f"A reviewer has come in. The next one opens  {link(base, token)}")
