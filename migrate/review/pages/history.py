"""The pages of what has been decided: the history, and the way back."""

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from migrate.decisions.decision import Decision
from migrate.report.figures import count
from migrate.review.cards import described
from migrate.review.history import read_entries, way_back
from migrate.review.pages.asked import number_in
from migrate.review.pages.site import go, refused_as, reviewer_of, site_of, way_on


def history(request: Request) -> Response:
    """List the decisions, the newest first."""
    site = site_of(request)
    before = number_in(request.query_params.get("before"))
    size = site.rules.page.decisions
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        entries = read_entries(connection, snapshot, before=before, size=size + 1)
    more = entries[size - 1].entry_id if len(entries) > size else None
    return site.page(request, "history.html", entries=entries[:size], more=more)


def undo(request: Request, form: FormData) -> Response:
    """Bring back what held before an entry, by newer decisions."""
    site = site_of(request)
    entry = number_in(form.get("entry"))
    if entry is None:
        raise HTTPException(404, "There is no such entry.")
    reviewer = reviewer_of(request)
    with site.engine.connect() as connection:
        back = way_back(connection, site.view.current(connection), entry, reviewer)
    session = request.state.session
    session.entries = [each for each in session.entries if each != entry]
    if back:
        with refused_as(409):  # what held then may not be decided any more
            site.deciding.save(back)
        session.news.append(f"Undone: {_back_again(back)}. The history keeps both.")
    else:
        session.news.append("Nothing to undo: these have been decided again since.")
    return go(way_on(form))


def _back_again(back: list[Decision]) -> str:
    first = back[0]
    words = described(first.action, first.value, first.v2_column)
    return f"{words}, for {count(len(back), 'row' if first.scope == 'row' else 'spelling')}"
