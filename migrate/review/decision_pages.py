"""The pages that decide: what would change, saving, undoing, the history."""

from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from migrate.decisions.check import decision_problems
from migrate.decisions.decision import ACTIONS, WITHDRAW, Decision, Subject
from migrate.errors import ConfigurationError
from migrate.review.cards import described
from migrate.review.deciding import Change, Choice, Saved
from migrate.review.groups import full_column
from migrate.review.history import read_entries, way_back
from migrate.review.impact import Impact, count_decided_alone, count_touched, impact_of
from migrate.review.list_pages import existing, newest_id
from migrate.review.rows import anomalies_of_row, fate_of, whole_text
from migrate.review.sampling import note_of
from migrate.review.shown import counted
from migrate.review.site import Site, go, own_address, reviewer_of, site_of, way_on

LONGEST_NOTE = 500
LONGEST_NUMBER = 18  # figures: fits every engine
MOST_AT_ONCE = 200  # groups decided together
_NOTHING_LEFT = (
    "Every row here has been decided on its own. Undo that under History, or open a row to decide it again."
)


class Touched(NamedTuple):
    """What a choice is about: rows and members, each once, and the rows that keep a decision of their own."""

    rows: int
    members: int
    own: int


def confirm(request: Request) -> Response:
    """Show what a choice would change, before it is saved: rows, members, what v3 has now."""
    site = site_of(request)
    asked = request.query_params
    choice = _choice(asked)
    seen = _seen(asked)
    if not request.state.session.reviewer:
        return go(f"/who?on={quote(own_address(request), safe='')}")
    impacts, touched = _impacts(site, list(seen))
    changes = [
        Change(impact, shown)
        for impact in impacts
        if (shown := seen[impact.group.name]) and impact.token != shown
    ]
    return _ask(request, site, impacts, touched, choice, changes, way_on(asked))


def decide(request: Request, form: FormData) -> Response:
    """Save a choice for groups; where one has changed since it was shown, say so and ask again."""
    site = site_of(request)
    choice, seen, on = _choice(form), _seen(form), way_on(form)
    try:
        saved = site.deciding.on_groups(seen, choice, reviewer_of(request))
    except ConfigurationError as error:
        raise HTTPException(400, " ".join(error.problems)) from None
    if saved.changes:
        return _ask(request, site, *_impacts(site, list(seen)), choice, saved.changes, on, status=409)
    _tell(request, saved, choice)
    return go(on)


def decide_row(request: Request, form: FormData) -> Response:
    """Save a choice for one anomaly of one row; the decision keeps the text that v2 has now."""
    site = site_of(request)
    choice, on = _choice(form), way_on(form)
    table, v2_id = request.path_params["table"], request.path_params["v2_id"]
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
    round_number = _number(form.get("round"))
    note = choice.note if round_number is None else note_of(round_number)
    decision = Decision(
        "row", table, row.v2_column, choice.action, v2_id=v2_id, raw_value=text, value=choice.value,
        reviewer=reviewer_of(request), note=note,
    )  # fmt: skip
    try:
        saved = site.deciding.plainly([decision])
    except ConfigurationError as error:
        raise HTTPException(400, " ".join(error.problems)) from None
    _remember(request, saved)
    request.state.session.news.append(
        f"Saved: {described(choice.action, choice.value, row.v2_column)}, for row {v2_id} of {table}."
    )
    return go(on)


def undo(request: Request, form: FormData) -> Response:
    """Bring back what held before an entry, by newer decisions."""
    site = site_of(request)
    entry = _number(form.get("entry"))
    if entry is None:
        raise HTTPException(404, "There is no such entry.")
    reviewer = reviewer_of(request)
    with site.engine.connect() as connection:
        back = way_back(connection, site.view.current(connection), entry, reviewer)
    session = request.state.session
    session.entries = [each for each in session.entries if each != entry]
    if back:
        try:
            site.deciding.plainly(back)
        except ConfigurationError as error:  # what held then may not be decided any more
            raise HTTPException(409, " ".join(error.problems)) from None
        session.news.append(f"Undone: {_back_again(back)}. The history keeps both.")
    else:
        session.news.append("Nothing to undo: these have been decided again since.")
    return go(way_on(form))


def history(request: Request) -> Response:
    """List the decisions, the newest first."""
    site = site_of(request)
    before = _number(request.query_params.get("before"))
    size = site.rules.page.decisions
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        entries = read_entries(connection, snapshot, before=before, size=size + 1)
    more = entries[size - 1].entry_id if len(entries) > size else None
    return site.page(request, "history.html", entries=entries[:size], more=more)


def _number(given: object) -> int | None:
    """Return what a request gives as a number; None where it is none, or none that a database takes."""
    text = str(given or "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def _ask(
    request: Request,
    site: Site,
    impacts: list[Impact],
    touched: Touched,
    choice: Choice,
    changes: list[Change],
    on: str,
    *,
    status: int = 200,
) -> Response:
    column = impacts[0].group.key.v2_column
    problems = _problems(site, impacts, choice)
    return site.page(
        request, "confirm.html", status=400 if problems and status == 200 else status,  # noqa: PLR2004
        impacts=impacts, choice=choice, changes=changes, on=on, problems=problems,
        words=described(choice.action, choice.value, column), column=impacts[0].group.column,
        touched=touched,
        decisions=len({text for impact in impacts for text in (*impact.texts, *impact.alone)}),
    )  # fmt: skip


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
    left = any(impact.texts or impact.alone for impact in impacts)
    return [*apart, *([] if left else [_NOTHING_LEFT]), *decision_problems(tried, site.deciding.max_hours)]


def _impacts(site: Site, names: list[str]) -> tuple[list[Impact], Touched]:
    """Return what deciding each group changes, and what all of them together touch."""
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        groups = [existing(snapshot, name) for name in names]
        impacts = [impact_of(connection, snapshot, group) for group in groups]
        one = impacts[0]
        counts = count_touched(connection, snapshot, groups) if len(groups) > 1 else (one.rows, one.members)
        return impacts, Touched(*counts, count_decided_alone(snapshot, groups))


def _choice(form: FormData | QueryParams) -> Choice:
    action = str(form.get("action", ""))
    if action not in ACTIONS or action == WITHDRAW:
        raise HTTPException(400, "Choose what to decide.")
    value = str(form.get("value", "")).strip() if action == "set" else None
    note = str(form.get("note", "")).strip()[:LONGEST_NOTE] or None
    return Choice(action, value, note)


def _seen(form: FormData | QueryParams) -> dict[str, str]:
    """Return the groups to decide, each with what the reviewer saw of it (`name~token`)."""
    parts = [str(each).partition("~") for each in form.getlist("group")]
    seen = {name: token for name, _, token in parts if name}
    if not seen:
        raise HTTPException(400, "Choose at least one text.")
    if len(seen) > MOST_AT_ONCE:
        raise HTTPException(400, f"At most {MOST_AT_ONCE} texts can be decided together.")
    return seen


def _tell(request: Request, saved: Saved, choice: Choice) -> None:
    first = saved.decisions[0] if saved.decisions else None
    if first is None:
        request.state.session.news.append("There was nothing left to decide.")
        return
    _remember(request, saved)
    what = counted(len(saved.decisions), "row" if first.scope == "row" else "spelling")
    words = described(choice.action, choice.value, first.v2_column)
    request.state.session.news.append(
        f"Saved: {words}, for {what} of {full_column(first.v2_table, first.v2_column)}."
    )
    for each in saved.overtaken[:1]:
        request.state.session.news.append(
            f"{each.decision.reviewer} decided the same {first.scope} at the same moment: "
            f"{described(each.decision.action, each.decision.value, each.decision.v2_column)}. "
            "Both are in the history; the newer holds."
        )


def _remember(request: Request, saved: Saved) -> None:
    """Keep what was saved last, for the key that undoes it."""
    if saved.entry_id is not None:
        request.state.session.entries.append(saved.entry_id)


def _back_again(back: list[Decision]) -> str:
    first = back[0]
    words = described(first.action, first.value, first.v2_column)
    return f"{words}, for {counted(len(back), 'row' if first.scope == 'row' else 'spelling')}"
