"""How fast the reviewers' page answers on a ledger with a million anomalies.

    python -m benchmarks.review [--anomalies N] [--target URL]

Without --target the ledger is a SQLite file in a temporary folder. A target has to be an empty database: the
ledger is made there and stays. Each page is asked for several times, and the slowest counts.
"""

import argparse
import contextlib
import io
import random
import re
import sys
import tempfile
import time
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Engine, func, insert, select
from starlette.testclient import TestClient

from migrate.databases import open_engine
from migrate.review.pages.site import Databases
from migrate.review.server.app import Address, make_app, read_ledger
from migrate.review.sessions import Sessions
from migrate.schema import ledger

MEMBERS = 160_000
TEXTS = 30_000
TIMES = 5
AT_ONCE = 20_000
COHORTS = [f"2024-{letter}" for letter in "ABCDEFGHIJKL"]
KINDS = [  # code, severity, hours loaded, candidates, column
    ("assumed-day", "info", "14.00", "[]", "duration"),
    ("no-unit", "warning", None, "[3, 21]", "duration"),
    ("assumed-week", "warning", "35.00", "[]", "duration"),
    ("unknown-length", "warning", None, "[]", "duration"),
    ("range", "warning", "2.00", "[]", "duration"),
    ("date-precision", "info", "2010-03-01", "[]", "start_date"),
    ("elapsed-time", "warning", None, "[210]", "duration"),
    ("not-understood", "warning", None, "[]", "duration"),
    ("implausible", "error", None, "[]", "duration"),
]
UNITS = ["days", "hours", "weeks", "evenings", "sessions", "hrs", "months", "day course", "modules", "points"]
WORDS = [
    "in London",
    "online",
    "part time",
    "approx",
    "tbc",
    "block",
    "module",
    "each",
    "total",
    "inc. travel",
]


class Measured(NamedTuple):
    """What was asked for, the slowest answer in milliseconds, and what is allowed."""

    what: str
    milliseconds: float
    allowed: float | None


def main() -> int:
    """Make the ledger, ask for the pages, print the table; 1 where a page took longer than allowed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--anomalies", type=int, default=1_000_000)
    parser.add_argument("--target")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(asked.target or f"sqlite:///{folder}/ledger.db")
        fill(engine, asked.anomalies)
        measured = measure(engine)
        print(f"{engine.dialect.name}, {asked.anomalies:,} anomalies")
        for each in measured:
            allowed = f"  allowed {each.allowed:,.0f} ms" if each.allowed else ""
            print(f"  {each.what:<44}{each.milliseconds:>9,.0f} ms{allowed}")
        engine.dispose()
    return int(any(each.allowed and each.milliseconds > each.allowed for each in measured))


def fill(engine: Engine, count: int) -> None:
    """Write a ledger whose texts are as unevenly frequent as what people type."""
    ledger.metadata.create_all(engine)
    with engine.connect() as connection:
        if connection.scalar(select(func.count()).select_from(ledger.anomalies)) == count:
            return
    draw = np.random.default_rng(7)
    weights = 1 / np.arange(1, TEXTS + 1) ** 1.05
    texts, kinds = _texts(), len(KINDS)
    chosen = draw.choice(TEXTS, size=count, p=weights / weights.sum())
    members = draw.integers(1, MEMBERS + 1, size=count)
    with engine.begin() as connection:
        for start in range(0, count, AT_ONCE):
            places = range(start, min(start + AT_ONCE, count))
            rows = [_anomaly(n, texts[chosen[n]], KINDS[chosen[n] % kinds], int(members[n])) for n in places]
            connection.execute(insert(ledger.anomalies), rows)


def measure(engine: Engine) -> list[Measured]:
    """Ask for every kind of page."""
    sessions = Sessions(reviewer="Benchmark")
    address = Address(frozenset({"127.0.0.1:1"}), 1)
    app = make_app(engine, Databases(str(engine.url), None), sessions, address)
    started = time.perf_counter()
    read_ledger(app)
    summed = Measured("summing up, once at the start", 1000 * (time.perf_counter() - started), None)
    with TestClient(app, base_url="http://127.0.0.1:1") as client, contextlib.redirect_stderr(io.StringIO()):
        client.get(f"/enter?token={sessions.new_link()}")
        return [summed, *(_slowest(client, *each) for each in _pages(client))]


def _pages(client: TestClient) -> list[tuple[str, list[str], float | None]]:
    """Return what to ask for: words, addresses, and the milliseconds allowed."""
    page = client.get("/").text
    facets = [f"/?{query}" for query in re.findall(r'href="/\?([^"]+)"', page)]
    groups = re.findall(r'href="(/group/\w+)"', page)
    following = client.get("/?sort=rows").text
    pages = re.findall(r'href="(/\?[^"]*after=[^"]+)"', page + following)
    asks = re.findall(r'name="group" value="([^"]+)"', page)
    return [
        ("first page", ["/"], 300),
        ("any facet", [each.replace("&amp;", "&") for each in facets], 500),
        ("two facets and a search", ["/?code=no-unit&cohort=2024-C&search=london"], 500),
        ("next page", [each.replace("&amp;", "&") for each in pages], 300),
        ("a group and its rows", groups[:5], None),
        ("what a choice changes", [f"/confirm?action=leave-blank&group={ask}" for ask in asks[:5:3]], None),
        ("texts that are alike", ["/alike"], None),
        ("a sample of 20 rows", ["/sample"], None),
        ("history", ["/history"], None),
    ]


def _slowest(client: TestClient, what: str, addresses: list[str], allowed: float | None) -> Measured:
    seconds = [_seconds(client, address) for address in addresses for _ in range(TIMES)]
    return Measured(what, 1000 * max(seconds), allowed)


def _seconds(client: TestClient, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return taken


def _texts() -> list[str]:
    draw = random.Random(7)  # noqa: S311  # a sample, not a secret
    texts: dict[str, None] = {}
    while len(texts) < TEXTS:
        words = draw.sample(WORDS, draw.choice((0, 1, 1, 2, 3)))
        text = " ".join([str(draw.randint(1, 60)), draw.choice(UNITS), *words])
        texts[text.upper() if draw.random() < 0.2 else text] = None
    return list(texts)


def _anomaly(
    number: int, text: str, kind: tuple[str, str, str | None, str, str], member: int
) -> dict[str, Any]:
    code, severity, loaded, candidates, column = kind
    return {
        "run_id": "benchmark", "cohort": COHORTS[member % len(COHORTS)], "member_id": str(member),
        "v2_table": "training", "v2_id": str(number), "v2_column": column, "code": code, "severity": severity,
        "raw_value": text, "loaded_value": loaded, "candidates": candidates,
        "message": f"{text!r} was looked at", "owner_id": f"{member:032x}",
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
