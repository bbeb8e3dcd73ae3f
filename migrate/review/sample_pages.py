"""The page of samples: rows nobody looked at, one verdict each, and what the verdicts prove."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from migrate.decisions.decision import Subject
from migrate.review.cards import choice_kind, options_for
from migrate.review.list_pages import newest_id
from migrate.review.sampling import bound, last_round, propose
from migrate.review.site import go, site_of


def sample(request: Request) -> Response:
    """Propose rows of the groups nobody looked at, and say what those seen so far prove."""
    site = site_of(request)
    asked = request.query_params.get("round", "")
    rules, session = site.rules.sample, request.state.session
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        latest = last_round(snapshot)
        number = int(asked) if asked.isdecimal() and 1 <= int(asked[:7]) <= latest + 1 else latest
        drawn = propose(connection, snapshot, size=rules.size, seed=session.seed)
    rows = [
        {
            "row": row,
            "kind": site.kind(row.code),
            "options": options_for(choice_kind(row.v2_table, row.v2_column), row.candidates, is_valued=True),
            "seen": newest_id(snapshot, Subject("row", row.v2_table, row.v2_column, row.v2_id)),
        }
        for row in drawn
    ]
    return site.page(
        request, "sample.html", rows=rows, round_number=number, next_round=latest + 1,
        bound=bound(snapshot, number, rules.confidence),
    )  # fmt: skip


def draw_again(request: Request, form: FormData) -> Response:
    """Draw other rows."""
    request.state.session.seed += 1
    round_number = str(form.get("round", ""))
    return go(f"/sample?round={round_number}" if round_number.isdecimal() else "/sample")
