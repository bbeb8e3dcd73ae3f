"""The pages that list what there is to decide: groups, one group, one row, texts that are alike."""

from typing import Any

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from migrate.decisions.decision import Subject
from migrate.review.cards import Card, card_of, choice_kind, options_for, typed_for
from migrate.review.clusters import Cluster, alike_to, find_clusters
from migrate.review.groups import FACETS, Group
from migrate.review.impact import is_about_rows
from migrate.review.ledger_view import Snapshot
from migrate.review.pages.asked import number_in
from migrate.review.pages.site import Site, site_of
from migrate.review.rows import AnomalyRow, anomalies_of_row, fate_of, rows_of, whole_text
from migrate.review.together import offer_of
from migrate.review.worklist import SORTS, STATES, Question, answer
from migrate.rulebook.anomalies import AnomalyKind
from migrate.schema import v2

_ALIKE_SHOWN = 8


def groups(request: Request) -> Response:
    """List the groups that the address asks for."""
    site = site_of(request)
    question = question_of(request)
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
    page = answer(question, snapshot.groups, snapshot.decided.decided, size=site.rules.page.groups)
    cards = [(listed, card_of(snapshot, listed.group)) for listed in page.listed]
    return site.page(
        request, "groups.html", question=question, page=page, cards=cards, sorts=SORTS,
        kinds=_kinds(site, snapshot), is_old=snapshot.is_old,
        together=offer_of(snapshot, question, page),
    )  # fmt: skip


def group(request: Request) -> Response:
    """Show one group: what may be decided, its cohorts, what is alike, its rows a page at a time."""
    site = site_of(request)
    after = number_in(request.query_params.get("after")) or 0
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        found = existing(snapshot, request.path_params["name"])
        size = site.rules.page.rows
        rows = rows_of(connection, found, snapshot.groups, after=after, size=size + 1)
    more = rows[size - 1].anomaly_id if len(rows) > size else None
    return site.page(
        request, "group.html", card=card_of(snapshot, found), rows=rows[:size], more=more, after=after,
        kind=site.kind(found.key.code), cohorts=_cohorts(snapshot, found),
        alike=_alike(site, snapshot, found), is_old=snapshot.is_old,
        total=sum(cell.rows for cell in snapshot.groups.cells_of(found)),
        members=sum(cell.members for cell in snapshot.groups.cells_of(found)),
    )  # fmt: skip


def row(request: Request) -> Response:
    """Show one v2 row: its fate, its anomalies, and what may be decided about each."""
    site = site_of(request)
    table, v2_id = request.path_params["table"], request.path_params["v2_id"]
    if table not in v2.metadata.tables:
        raise HTTPException(404, "v2 has no such table.")
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
        fate = fate_of(connection, table, v2_id)
        found = anomalies_of_row(connection, table, v2_id, fate)
        texts = {each.anomaly_id: whole_text(connection, each.anomaly_id) for each in found}
    if fate is None and not found:
        raise HTTPException(404, "The ledger knows no such row.")
    return site.page(
        request, "row.html", table=table, v2_id=v2_id, fate=fate,
        shown=[_row_card(site, snapshot, each, texts[each.anomaly_id]) for each in found],
    )  # fmt: skip


def clusters(request: Request) -> Response:
    """List texts that are alike and still open, to be decided together."""
    site = site_of(request)
    with site.engine.connect() as connection:
        snapshot = site.view.current(connection)
    found = _clusters(site, snapshot)
    size = site.rules.page.groups
    first = number_in(request.query_params.get("from")) or 0
    listed = [
        (cluster, [card_of(snapshot, each) for each in cluster.groups])
        for cluster in found[first : first + size]
    ]
    return site.page(
        request, "clusters.html", listed=listed, count=len(found), first=first,
        more=first + size if first + size < len(found) else None,
    )  # fmt: skip


def question_of(request: Request) -> Question:
    """Return what the address asks for; whatever else stands in it is ignored."""
    asked = request.query_params
    state, sort = asked.get("state", "open"), asked.get("sort", "harm")
    return Question(
        chosen={facet: tuple(dict.fromkeys(asked.getlist(facet))) for facet in FACETS},
        state=state if state in STATES else "open",
        search=asked.get("search", "")[:200],
        sort=sort if sort in SORTS else "harm",
        after=asked.get("after", ""),
    )


def existing(snapshot: Snapshot, name: str) -> Group:
    """Return the group of a name. Raises HTTPException 404 where no anomaly is left in it."""
    found = snapshot.groups.named(name)
    if found is None:
        raise HTTPException(404, "No anomaly is left in this group. The last run may have settled it.")
    return found


def _kinds(site: Site, snapshot: Snapshot) -> dict[str, str]:
    return {code: site.kind(code).title for code in snapshot.groups.values["code"]}


def _cohorts(snapshot: Snapshot, group: Group) -> list[tuple[str | None, int, int]]:
    """Return cohort, rows and decided rows."""
    counts: dict[str | None, tuple[int, int]] = {}
    decided = snapshot.decided.decided
    for place in group.cells:
        cell = snapshot.groups.cells[place]
        cohort = cell.cohort or None
        rows, done = counts.get(cohort, (0, 0))
        counts[cohort] = rows + cell.rows, done + int(decided[place])
    return [(cohort, *counts[cohort]) for cohort in sorted(counts, key=str)]


def _clusters(site: Site, snapshot: Snapshot) -> list[Cluster]:
    """Return the open texts that are alike; groups about rows are left out, for no text decides them."""
    groups, decided = snapshot.groups, snapshot.decided.decided
    is_open = np.bincount(groups.group_of, weights=groups.rows - decided, minlength=len(groups.groups)) > 0
    members = np.bincount(groups.group_of, weights=groups.members, minlength=len(groups.groups))
    order = np.argsort(-(members * groups.harm), kind="stable")
    wanted = [
        int(place) for place in order if is_open[place] and not is_about_rows(snapshot, groups.groups[place])
    ]
    return find_clusters(groups, wanted, site.rules.clusters)


def _alike(site: Site, snapshot: Snapshot, group: Group) -> list[tuple[Card, AnomalyKind]]:
    """Return some groups whose texts are like this one's, decided or not, and what is said of each."""
    mine = snapshot.groups.by_name[group.name]
    near = alike_to(snapshot.groups, mine, site.rules.clusters)
    return [(card_of(snapshot, other), site.kind(other.key.code)) for other in near[:_ALIKE_SHOWN]]


def _row_card(site: Site, snapshot: Snapshot, row: AnomalyRow, text: str | None) -> dict[str, Any]:
    subject = Subject("row", row.v2_table, row.v2_column, row.v2_id)
    by_text = Subject("text", row.v2_table, row.v2_column, text)
    kind = choice_kind(row.v2_table, row.v2_column)
    own = snapshot.decided.holding(subject)
    return {
        "row": row,
        "text": text,
        "kind": site.kind(row.code),
        "options": options_for(kind, row.candidates, is_valued=row.loaded_value is not None),
        "typed": typed_for(kind),
        "own": own,
        "is_stale": bool(own and own.decision.raw_value not in (None, text)),
        "by_text": snapshot.decided.holding(by_text) if text is not None else None,
        "seen": newest_id(snapshot, subject),
    }


def newest_id(snapshot: Snapshot, subject: Subject) -> int:
    """Return the id of the newest decision on a subject, withdrawn or not; 0 for none."""
    newest = snapshot.decided.newest.get(subject)
    return newest.decision_id if newest else 0
