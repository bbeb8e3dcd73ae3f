"""Taking back: what no user has touched and nothing uses goes, with its ledger rows."""

from tests.run.model.state import PARENTS, TARGETS, USERS_OWN, Entry, Key, Run, State


def roll_back(state: State, run: int | None, cohort: str | None) -> None:
    """Take back what a run created, or a cohort."""
    cohorts = (cohort,) if cohort is not None else state.runs[run or 0].cohorts
    members = () if cohort is not None else state.runs[run or 0].members
    for other in state.runs:
        if other.command == "run" and other.status == "interrupted" and other.overlaps(cohorts, members):
            other.waiting.clear()
    meant = {
        key: entry
        for key, entry in state.ledger.items()
        if (entry.cohort == cohort if cohort is not None else entry.run == run)
    }
    _forget(state, meant, _staying(state, meant))
    _mark(state, run, cohort)
    state.runs.append(Run("rollback", cohorts, members, None, status="completed"))


def _staying(state: State, meant: dict[Key, Entry]) -> set[Key]:
    """Delete what no one has touched, and return the ledger rows that stay."""
    staying, doomed = set(), []
    for key, entry in meant.items():
        if entry.fate != "migrated" or (key[0] == "members" and entry.v3_id != entry.owner):
            continue
        row = state.v3[TARGETS[key[0]]].get(entry.v3_id or "")
        own = USERS_OWN.get(key[0], "")
        same = row is not None and all(row.get(name) == value for name, value in (entry.base or {}).items())
        if same and row is not None and row.get(own) is None:
            doomed.append(key)
        else:
            staying.add(key)
    for key in sorted(doomed, key=lambda key: -list(TARGETS).index(key[0])):
        if _is_used(state, key[0], meant[key].v3_id):
            staying.add(key)
        else:
            del state.v3[TARGETS[key[0]]][meant[key].v3_id or ""]
    return staying


def _is_used(state: State, parent: str, parent_id: str | None) -> bool:
    return any(
        row[column] == parent_id
        for table, columns in PARENTS.items()
        for column, owner in columns.items()
        if owner == parent
        for row in state.v3[TARGETS[table]].values()
    )


def _forget(state: State, meant: dict[Key, Entry], staying: set[Key]) -> None:
    owning = {state.ledger[key].owner for key in staying}
    for key, entry in meant.items():
        adopted = key[0] == "members" and entry.v3_id not in (None, entry.owner)
        if key in staying or (adopted and entry.owner in owning):
            continue
        del state.ledger[key]
        state.say_no_more(key, entry.owner)


def _mark(state: State, run: int | None, cohort: str | None) -> None:
    if run is not None:
        state.runs[run].status = "rolled-back"
        return
    for number, other in enumerate(state.runs):
        elsewhere = any(
            entry.run == number and entry.cohort != cohort and table != "schemes"
            for (table, _), entry in state.ledger.items()
        )
        if other.command == "run" and cohort in other.cohorts and not elsewhere:
            other.status = "rolled-back"
