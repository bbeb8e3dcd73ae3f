"""Empty databases on every engine, for tests of what stands before and after a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url, text

from tests.ledgers import ENGINES, MARIADB, POSTGRES

SERVERS = {"postgresql": POSTGRES, "mariadb": MARIADB}


@contextmanager
def empty_database(engine_name: str, folder: Path, *, options: str = "") -> Iterator[str]:
    """Give the URL of an empty database; `options` follow its name where it is created."""
    if engine_name == "sqlite":
        yield f"sqlite:///{folder / f'{uuid4().hex[:8]}.db'}"
        return
    name = f"career_check_{uuid4().hex[:12]}"
    server = SERVERS[engine_name]
    execute(f"{server}/", f"CREATE DATABASE {name} {options}")
    try:
        yield f"{server}/{name}"
    finally:
        execute(f"{server}/", f"DROP DATABASE {name}")


def execute(url: str, *statements: str) -> None:
    """Run statements, each committed by itself."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def as_user(url: str, user: str, password: str) -> str:
    """Return the URL for another user."""
    return make_url(url).set(username=user, password=password).render_as_string(hide_password=False)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Give an engine and dispose of it."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


__all__ = ["ENGINES", "as_user", "empty_database", "execute", "opened"]
