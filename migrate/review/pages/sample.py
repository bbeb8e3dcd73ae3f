"""The page of samples: rows nobody looked at, one verdict each, and what the verdicts prove."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from migrate.decisions.decision import Subject
from migrate.review.cards import choice_kind, options_for, typed_for
from migrate.review.ledger_view import Snapshot
from migrate.review.pages.asked import number_in
from migrate.review.pages.lists import newest_id
from migrate.review.pages.site import Site, go, site_of
from migrate.review.rows import AnomalyRow
from migrate.review.sampling import bound, last_round, propose


def sample(request: Request) -> Response:
    """Propose rows of the groups nobody looked at, and say what those seen so far prove."""
    site = site_of(request)
    asked = number_in(request.query_params.get("round")) or 0
    rules, session = site.rules.sample, request.state.session
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        latest = last_round(snapshot)
        number = asked if 1 <= asked <= latest + 1 else latest
        drawn = propose(connection, snapshot, size=rules.size, seed=session.seed)
    return site.page(
        request, "sample.html", rows=[_drawn(site, snapshot, row) for row in drawn], round_number=number,
        next_round=latest + 1, bound=bound(snapshot, number, rules.confidence),
    )  # fmt: skip


def _drawn(site: Site, snapshot: Snapshot, row: AnomalyRow) -> dict[str, Any]:
    """Return a row to be judged. Setting the value that v3 has is not offered: it would count as an error."""
    kind = choice_kind(row.v2_table, row.v2_column)
    options = options_for(kind, row.candidates, is_valued=True)
    return {
        "row": row,
        "kind": site.kind(row.code),
        "options": [
            option for option in options if option.action != "set" or option.value != row.loaded_value
        ],
        "typed": typed_for(kind),
        "seen": newest_id(snapshot, Subject("row", row.v2_table, row.v2_column, row.v2_id)),
    }


def draw_again(request: Request, form: FormData) -> Response:
    """Draw other rows."""
    request.state.session.seed += 1
    round_number = str(form.get("round", ""))
    return go(f"/sample?round={round_number}" if round_number.isdecimal() else "/sample")
