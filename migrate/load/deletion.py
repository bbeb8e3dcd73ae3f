"""Deletes the rows that a staged table names, each engine in the form that it can join in."""

from collections.abc import Sequence

from sqlalchemy import Connection, Delete, Table, and_, delete, select, tuple_


def delete_staged(connection: Connection, table: Table, columns: Sequence[str], staged: Table) -> int:
    """Delete the rows whose columns are, in this order, those of a staged row; return how many there were."""
    return connection.execute(_deletion(connection, table, columns, staged)).rowcount


def _deletion(connection: Connection, table: Table, columns: Sequence[str], staged: Table) -> Delete:
    named = [table.c[column] for column in columns]
    if connection.dialect.name == "sqlite":  # it deletes from no join
        wanted = select(*staged.c)
        return delete(table).where(tuple_(*named).in_(wanted) if len(named) > 1 else named[0].in_(wanted))
    # MariaDB runs a subquery of a DELETE once for each row of the table
    pairs = zip(named, staged.c, strict=True)
    return delete(table).where(and_(*(column == wanted for column, wanted in pairs)))
