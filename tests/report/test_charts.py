"""The charts' labels: each bar says by itself which texts it stands for."""

import re
from pathlib import Path

from sqlalchemy import Connection, create_engine

from migrate.report.write import write_report
from migrate.schema import ledger
from tests.ledgers import put
from tests.sample_ledger import fill_ledger


def test_equal_texts_of_equal_columns_of_two_tables_are_told_apart_by_their_tables(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        fill_ledger(connection)
        _add_dates(connection)
        write_report(connection, tmp_path, formats=["html"])
    engine.dispose()
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    labels = set(re.findall(r">(n/a · [^<…]+)<", page))  # those that are not cut, of the wide chart
    assert labels == {"n/a · training.end_date", "n/a · education.end_date", "n/a · education.start_date"}


def _add_dates(connection: Connection) -> None:
    said = {"v2_id": "1", "raw_value": "n/a", "code": "date-not-understood", "severity": "warning"}
    places = [("training", "end_date"), ("education", "end_date"), ("education", "start_date")]
    rows = [said | {"v2_table": table, "v2_column": column} for table, column in places]
    put(connection, ledger.anomalies, *rows, run_id="r")
    connection.commit()
