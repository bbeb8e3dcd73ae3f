"""What v2 holds without a fate is found; what is empty, or stays behind with a reason, is not."""

from typing import Any

from sqlalchemy import Column, Enum, Integer, MetaData, String, Table, create_engine, insert
from sqlalchemy.types import TypeEngine

from migrate.databases import open_source_engine
from migrate.extract.unmapped import Unmapped, unmapped
from migrate.rulebook.mapping import load_mapping
from migrate.schema import v2

SHIPPED = load_mapping()
MAPPING = SHIPPED.model_copy(
    update={
        "ignored_tables": {"sessions": "who was logged in is of no use"},
        "tables": SHIPPED.tables
        | {"members": SHIPPED.tables["members"].model_copy(update={"ignore": {"theme": "v3 has one alone"}})},
    }
)
ADDED: dict[str, tuple[TypeEngine[Any], object, object]] = {
    "nickname": (String(20), "", None),
    "middle_name": (String(20), "", "Lee"),
    "shoe_size": (Integer(), None, 0),
    "mood": (Enum("good", "bad", name="mood"), "good", "bad"),
    "pet": (Enum("cat", "dog", name="pet"), None, None),
    "theme": (String(20), "dark", "dark"),
}
"""Columns that v2's members have beside those of the mapping: type, and two members' values."""


def test_values_without_a_fate_are_counted_and_nothing_else_is_told(engine_url: str) -> None:
    metadata = MetaData()
    for table in v2.metadata.tables.values():
        table.to_metadata(metadata)
    members = metadata.tables["members"]
    for name, (kind, *_) in ADDED.items():
        members.append_column(Column(name, kind.copy()))
    uploads, sessions = (Table(name, metadata, Column("id", Integer)) for name in ("uploads", "sessions"))
    Table("drafts", metadata, Column("id", Integer))
    engine = create_engine(engine_url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        for place in (1, 2):
            values = {name: held[place] for name, held in ADDED.items()}
            connection.execute(insert(members), {"member_id": place, **values})
            connection.execute(insert(sessions), {"id": place})
            connection.execute(insert(uploads), {"id": place})
    engine.dispose()
    source = open_source_engine(engine_url)
    with source.begin() as connection:
        found = set(unmapped(connection, MAPPING))
    source.dispose()
    assert found == {
        Unmapped("uploads", None, 2),
        Unmapped("members", "middle_name", 1),
        Unmapped("members", "shoe_size", 1),
        Unmapped("members", "mood", 2),
    }
