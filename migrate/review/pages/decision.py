"""The pages that decide: what a choice would change, and saving it."""

from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import Decision, Subject
from migrate.report.figures import count
from migrate.review.cards import described
from migrate.review.deciding import Change, Choice, Saved, changed
from migrate.review.groups import full_column
from migrate.review.impact import (
    Impact,
    Reach,
    answered_besides,
    count_decided_alone,
    count_touched,
    impact_of,
)
from migrate.review.pages.asked import choice_in, groups_in, number_in
from migrate.review.pages.lists import existing, newest_id
from migrate.review.pages.site import Site, go, own_address, refused_as, reviewer_of, site_of, way_on
from migrate.review.rows import anomalies_of_row, fate_of, whole_text
from migrate.review.sampling import note_of

_NOTHING_LEFT = (
    "Every row here has been decided on its own. Undo that under History, or open a row to decide it again."
)


class Touched(NamedTuple):
    """What a choice touches: the groups, and their rows and members, each counted once."""

    impacts: list[Impact]
    """What deciding each group changes."""
    rows: int
    members: int
    own: int
    """The rows that keep a decision of their own."""
    besides: dict[str, int]
    """Title of a kind of anomaly about rows → its rows that the choice settles as well."""


def confirm(request: Request) -> Response:
    """Show what a choice would change, before it is saved: rows, members, what v3 has now."""
    site = site_of(request)
    asked = request.query_params
    choice = choice_in(asked)
    seen = groups_in(asked)
    if not request.state.session.reviewer:
        return go(f"/who?on={quote(own_address(request), safe='')}")
    touched = _touched(site, list(seen))
    changes = [change for change in changed(touched.impacts, seen) if change.seen]
    return _ask(request, touched, choice, changes, way_on(asked))


def decide(request: Request, form: FormData) -> Response:
    """Save a choice for groups; where one has changed since it was shown, say so and ask again."""
    site = site_of(request)
    choice, seen, on = choice_in(form), groups_in(form), way_on(form)
    with refused_as(400):
        saved = site.deciding.on_groups(seen, choice, reviewer_of(request))
    if saved.changes:
        return _ask(request, _touched(site, list(seen)), choice, saved.changes, on, status=409)
    tell_saved(request, saved, choice)
    return go(on)


def decide_row(request: Request, form: FormData) -> Response:
    """Save a choice for one anomaly of one row; the decision keeps the text that v2 has now."""
    site, choice, on = site_of(request), choice_in(form), way_on(form)
    table, v2_id = request.path_params["table"], request.path_params["v2_id"]
    row = _row_seen(site, form, table, v2_id)
    round_number = number_in(form.get("round"))
    note = choice.note if round_number is None else note_of(round_number)
    decision = Decision(
        "row", table, row.v2_column, choice.action, v2_id=v2_id, raw_value=row.text, value=choice.value,
        reviewer=reviewer_of(request), note=note,
    )  # fmt: skip
    with refused_as(400):
        saved = site.deciding.save([decision])
    _remember(request, saved)
    request.state.session.news.append(
        f"Saved: {described(choice.action, choice.value, row.v2_column)}, for row {v2_id} of {table}."
    )
    return go(on)


class _RowSeen(NamedTuple):
    """The value that a decision on a row is about."""

    v2_column: str | None
    text: str | None


def _row_seen(site: Site, form: FormData, table: str, v2_id: str) -> _RowSeen:
    """Return the value that the form's anomaly is about.

    Raises HTTPException 409 where a run has removed the anomaly, or somebody has decided it, since the page
    was shown.
    """
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        rows = anomalies_of_row(connection, table, v2_id, fate_of(connection, table, v2_id))
        row = next((each for each in rows if str(each.anomaly_id) == form.get("anomaly")), None)
        if row is None:
            raise HTTPException(
                409, "This anomaly is gone: a run has changed the row since. Load the page again."
            )
        text = whole_text(connection, row.anomaly_id)
        newest = newest_id(snapshot, Subject("row", table, row.v2_column, v2_id))
    if str(newest) != form.get("seen"):
        raise HTTPException(
            409, "Somebody has decided this row since you opened it. Load the page again to see how."
        )
    return _RowSeen(row.v2_column, text)


def _ask(
    request: Request, touched: Touched, choice: Choice, changes: list[Change], on: str, *, status: int = 200
) -> Response:
    site, impacts = site_of(request), touched.impacts
    column = impacts[0].group.key.v2_column
    problems = _problems(site, impacts, choice)
    return site.page(
        request, "confirm.html", status=400 if problems and status == 200 else status,  # noqa: PLR2004
        impacts=impacts, choice=choice, changes=changes, on=on, problems=problems,
        words=described(choice.action, choice.value, column), column=impacts[0].group.column,
        touched=touched, stays=_stays(impacts, choice),
        decisions=len({text for impact in impacts for text in (*impact.texts, *impact.undecided_rows)}),
    )  # fmt: skip


def _stays(impacts: list[Impact], choice: Choice) -> bool:
    """Tell whether the choice leaves v3 as it is."""
    loaded = (value for impact in impacts for value, _ in impact.loaded)
    return choice.action == "accept" or (choice.action == "leave-blank" and not any(loaded))


def _problems(site: Site, impacts: list[Impact], choice: Choice) -> list[str]:
    """Return what is wrong with a choice, as a reviewer would put it."""
    key = impacts[0].group.key
    scope, subject = ("text", None) if impacts[0].texts else ("row", "1")
    tried = Decision(
        scope, key.v2_table, key.v2_column, choice.action, v2_id=subject, raw_value=key.text,
        value=choice.value, reviewer="-",
    )  # fmt: skip
    same_place = {impact.group.key[:2] for impact in impacts}
    apart = ["Texts of one column only can be decided together."] if len(same_place) > 1 else []
    left = any(impact.texts or impact.undecided_rows for impact in impacts)
    return [*apart, *([] if left else [_NOTHING_LEFT]), *decision_problems(tried, site.deciding.max_hours)]


def _touched(site: Site, names: list[str]) -> Touched:
    """Return what deciding each group changes, and what all of them together touch."""
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        groups = [existing(snapshot, name) for name in names]
        impacts = [impact_of(connection, snapshot, group) for group in groups]
        if len(groups) > 1:
            reach = count_touched(connection, snapshot, groups)
        else:  # counted already
            reach = Reach(impacts[0].rows, impacts[0].members)
        besides = {site.kind(code).title: n for code, n in answered_besides(snapshot, groups).items()}
        return Touched(impacts, *reach, count_decided_alone(snapshot, groups), besides)


def tell_saved(request: Request, saved: Saved, choice: Choice) -> None:
    """Let the next page say what was saved, and offer to undo it."""
    first = saved.decisions[0] if saved.decisions else None
    if first is None:
        request.state.session.news.append("There was nothing left to decide.")
        return
    _remember(request, saved)
    what = count(len(saved.decisions), "row" if first.scope == "row" else "spelling")
    words = described(choice.action, choice.value, first.v2_column)
    request.state.session.news.append(
        f"Saved: {words}, for {what} of {full_column(first.v2_table, first.v2_column)}."
    )
    if saved.gone:
        request.state.session.news.append(
            f"Nothing was saved for {count(saved.gone, 'group')}: a run has left no anomaly there."
        )
    for each in saved.overtaken[:1]:
        request.state.session.news.append(
            f"{each.decision.reviewer} decided the same {first.scope} at the same moment: "
            f"{described(each.decision.action, each.decision.value, each.decision.v2_column)}. "
            "Both are in the history; the newer holds."
        )


def _remember(request: Request, saved: Saved) -> None:
    """Remember what was saved last, for the undo key."""
    if saved.entry_id is not None:
        request.state.session.entries.append(saved.entry_id)
