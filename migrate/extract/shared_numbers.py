"""Which members of v2 share a membership number: to the letter, but for characters that v3 cannot store."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, LargeBinary, Text, cast, false, func, or_, select, true

from migrate.databases import read_table
from migrate.extract.tables import V2Tables
from migrate.schema.arrow import whole
from migrate.schema.membership_numbers import are_numbers
from migrate.schema.storable import cleaned, unstorable

_AT_ONCE = 1_000
_LEFT_OUT = ("00", "EDA", "EDB")
"""How a NUL and a surrogate are written in hexadecimal digits, or begin."""


def read_duplicates(connection: Connection, tables: V2Tables) -> dict[str, str]:
    """Return, for each member whose number a lower member_id has too, that member_id."""
    members = tables["members"].c
    number: ColumnElement[str] = members.membership_number
    if connection.dialect.name == "sqlite":  # where a column without a type tells 1001 from '1001'
        number = cast(number, Text).label("number")
    unclean = may_be_read_otherwise(connection, number)

    def members_where(wanted: ColumnElement[bool]) -> pa.Table:
        holders = select(members.member_id, number).where(wanted).order_by(members.member_id)
        found = read_table(connection, holders)
        return found.filter(are_numbers(cleaned(whole(found.column(1)))))

    several = select(number).where(number.is_not(None)).group_by(number).having(func.count() > 1)
    later: dict[str, str] = {}
    for some in _parts(whole(read_table(connection, several).column(0))):
        later |= _lowest_of_each_number(members_where(number.in_(some.to_pylist())))
    others = members_where(unclean)
    later |= _lowest_of_each_number(others)
    read = whole(others.column(1))
    mended = cleaned(read.filter(unstorable(read))).unique()
    if len(mended):
        are_few = len(mended) <= _AT_ONCE
        found = members_where(number.in_(mended.to_pylist()) | unclean if are_few else true())
        same = pc.is_in(cleaned(whole(found.column(1))), value_set=mended)
        later |= _lowest_of_each_number(found.filter(same))  # more than was known of these numbers
    return later


def may_be_read_otherwise(connection: Connection, text: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a text may be read otherwise than the database compares it.

    A NUL and half of a letter's two surrogates are left out; SQLite may hold texts that are not UTF-8. The
    condition is also true of some texts that are read as they are; PostgreSQL's always are.
    """
    if connection.dialect.name == "postgresql":
        return false()
    if connection.dialect.name == "sqlite":  # its characters are counted, and looked at, up to the first NUL
        is_longer = func.length(text) != func.length(cast(text, LargeBinary))
        return is_longer | text.op("GLOB", is_comparison=True)("*[^\x01-\x7f]*")
    return or_(*(func.hex(text).contains(octets) for octets in _LEFT_OUT))


def _parts(numbers: pa.Array) -> Iterator[pa.Array]:
    """Yield the numbers in parts: joined with all of them at once, MariaDB would compare all with all."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers.slice(start, _AT_ONCE)


def _lowest_of_each_number(found: pa.Table) -> dict[str, str]:
    """Return member → the first member with the same number."""
    first: dict[str, str] = {}
    later: dict[str, str] = {}
    members, numbers = (whole(found.column(place)) for place in range(2))
    for member, number in zip(members.to_pylist(), cleaned(numbers).to_pylist(), strict=True):
        if number in first:
            later[member] = first[number]
        first.setdefault(number, member)
    return later
