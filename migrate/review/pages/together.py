"""The page that decides all open texts of one kind in one column: what it would touch, and saving it."""

from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from migrate.review.cards import card_of, described
from migrate.review.deciding import Choice
from migrate.review.impact import count_decided_alone
from migrate.review.pages.asked import note_in
from migrate.review.pages.decision import tell_saved
from migrate.review.pages.lists import question_of
from migrate.review.pages.site import go, own_address, reviewer_of, site_of
from migrate.review.together import find_together, reach_of, texts_of

_SHOWN = 200
_NONE_OPEN = "No open text is left here that may be decided together. A decision or a run has settled them."


def confirm(request: Request) -> Response:
    """Show what agreeing to all open texts of a kind would touch: texts, rows, members, what v3 has now."""
    if not request.state.session.reviewer:
        return go(f"/who?on={quote(own_address(request), safe='')}")
    return _page(request)


def decide(request: Request, form: FormData) -> Response:
    """Save it as one step; where the texts are no longer those that were shown, say so and ask again."""
    site, question = site_of(request), question_of(request)
    saved = site.deciding.on_list(question, str(form.get("seen", "")), note_in(form), reviewer_of(request))
    if saved is None:
        return _page(request, note=note_in(form), has_changed=True, status=409)
    action = saved.decisions[0].action if saved.decisions else "accept"
    tell_saved(request, saved, Choice(action))
    return go(f"/?{question.address}")


def _page(
    request: Request, *, note: str | None = None, has_changed: bool = False, status: int = 200
) -> Response:
    site, question = site_of(request), question_of(request)
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        together = find_together(snapshot, question)
        if together is None or not (together.groups or together.left_out):
            raise HTTPException(409 if has_changed else 404, _NONE_OPEN)
        groups = together.groups
        texts = len(texts_of(connection, snapshot, groups))
        reach = reach_of(connection, snapshot, groups)
        own = count_decided_alone(snapshot, groups)
    one = (groups or together.left_out)[0]
    return site.page(
        request, "together.html", status=status, question=question, together=together, reach=reach, own=own,
        texts=texts, note=note, has_changed=has_changed,
        kind=site.kind(one.key.code), one=one, words=described(together.action, None, one.key.v2_column),
        cards=[card_of(snapshot, group) for group in groups[:_SHOWN]],
        apart=[card_of(snapshot, group) for group in together.left_out[:_SHOWN]],
    )  # fmt: skip
