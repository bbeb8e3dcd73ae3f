"""The report in a real browser: nothing of it lies beside the screen or the sheet of paper."""

from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize
from sqlalchemy import create_engine

from migrate.report.write import write_report
from migrate.schema import ledger
from tests.ledgers import put
from tests.review.chromium import chromium, serious_violations
from tests.sample_ledger import fill_ledger

PAPER = 688  # A4 less its margins, in CSS pixels
SCREENS = [
    ("screen", 320),
    ("screen", 375),
    ("screen", 710),
    ("screen", 768),
    ("screen", 961),
    ("print", PAPER),
]
LONG = "competence_assessments"
IS_WHOLE = """each => {
  const range = document.createRange();
  return [...each.childNodes].filter(node => node.nodeType === 3 && node.length).every(node => {
    range.selectNodeContents(node);
    return range.getClientRects().length === 1;  // a part between two places to break stands on one line
  });
}"""


@pytest.fixture
def page(sqlite_url: str, tmp_path: Path) -> Path:
    """A report with long names of tables, columns and kinds, and texts without a space."""
    engine = create_engine(sqlite_url)
    said = {"code": "date-not-understood", "severity": "warning", "v2_table": LONG, "run_id": "r"}
    rows = [
        said | {"v2_column": "archived_at", "v2_id": "1", "raw_value": text} for text in ("n/a", "w" * 60)
    ]
    with engine.connect() as connection:
        fill_ledger(connection)
        put(connection, ledger.anomalies, *rows, candidates='["2010-03-01", "2010-04-01"]')
        write_report(connection, tmp_path, formats=["html", "csv"])
    engine.dispose()
    return tmp_path / "report.html"


def test_the_report_fits_every_screen_and_a_sheet_of_paper_and_breaks_no_name_within_a_word(
    page: Path,
) -> None:
    with chromium() as browser:
        opened = browser.new_page()
        opened.goto(page.as_uri())
        for media, width in SCREENS:
            opened.emulate_media(media="print" if media == "print" else "screen")
            opened.set_viewport_size(ViewportSize(width=width, height=900))
            wide = opened.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, (media, width)
            assert opened.locator("code.where", has_text=LONG).first.evaluate(IS_WHOLE), (media, width)
        opened.emulate_media(media="screen")
        assert serious_violations(opened) == []
