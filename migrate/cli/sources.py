"""Checks in advance that v2 can be opened, for a command that may need it later."""

from migrate.databases import open_source_engine
from migrate.errors import ConfigurationError, MigrationError
from migrate.extract.export_files import find_exports
from migrate.extract.folder import FOLDER_SCHEME, folder_of


def refuse_unreadable(source: str) -> None:
    """Raise ConfigurationError where there is no such database or folder, or it does not answer."""
    try:
        if source.startswith(FOLDER_SCHEME):
            find_exports(folder_of(source))
        else:
            open_source_engine(source).dispose()
    except MigrationError as error:
        raise ConfigurationError(*(f"--source: {problem}" for problem in error.problems)) from None
