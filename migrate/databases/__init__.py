"""Databases: opening them, reading a SELECT as a frame of text, writing a frame in bulk.

    bulk → postgresql, mariadb, sqlite          an engine's bulk paths are in a package of its name
    connect → reading, shown_url, unreachable   opening by URL, and what is said where that fails
    delimited → octets, as_stored               what several engines' paths have in common
    driver_errors, error_codes                  errors, as SQLAlchemy's and by the servers' codes
    reflected, dialects                         columns, with what SQLAlchemy leaves out; which engine it is
    private_folder                              where members' rows may lie while a process runs

All else in the project speaks SQLAlchemy and calls `read_table` and `write_table`.
"""

from migrate.databases.bulk import (
    fingerprint,
    paths_of,
    read_aggregates,
    read_table,
    read_with_fingerprint,
    select_aggregates,
    version,
    versions_of_content,
    versions_of_new,
    write_table,
)
from migrate.databases.connect import (
    open_engine,
    open_reading_engine,
    open_source_engine,
    open_target_engine,
)
from migrate.databases.dialects import is_mariadb
from migrate.databases.reading import for_reading, is_read_only
from migrate.databases.reflected import alien_characters, reflected_columns
from migrate.databases.shown_url import shown_url, without_password
from migrate.databases.sqlite.missing_file import make_file

__all__ = [
    "alien_characters",
    "fingerprint",
    "for_reading",
    "is_mariadb",
    "is_read_only",
    "make_file",
    "open_engine",
    "open_reading_engine",
    "open_source_engine",
    "open_target_engine",
    "paths_of",
    "read_aggregates",
    "read_table",
    "read_with_fingerprint",
    "reflected_columns",
    "select_aggregates",
    "shown_url",
    "version",
    "versions_of_content",
    "versions_of_new",
    "without_password",
    "write_table",
]
