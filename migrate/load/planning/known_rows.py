"""The rows of a batch beside their ledger rows: what is new, what has changed, and what stays as it was."""

import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.present import ledger_keys, own_themselves
from migrate.schema.arrow import NULL, differ, nowhere, whole, with_columns
from migrate.schema.frames import FATE_COLUMNS

FATE_NAMES = (*FATE_COLUMNS, "owner_id")
_BECAME = ("fate", "reason", "v3_table", "v3_id")


class KnownRows:
    """The rows of a batch, each with the ledger row that it has, if it has one."""

    def __init__(self, fates: pa.Table, ledger: pa.Table) -> None:
        self._ledger = ledger
        self.places = pc.index_in(ledger_keys(fates), value_set=ledger_keys(ledger))

    def migrated(self, v2_table: str, v2_ids: pa.ChunkedArray) -> pa.Array:
        """Tell for each row whether the ledger says that it was loaded."""
        mask = pc.and_(
            pc.equal(self._ledger["v2_table"], v2_table), pc.equal(self._ledger["fate"], "migrated")
        )
        loaded = whole(self._ledger.filter(mask)["v2_id"])
        return pc.is_in(whole(v2_ids), value_set=loaded)

    def with_cohorts(self, fates: pa.Table) -> pa.Table:
        """Return the fates; a migrated row whose member v2 no longer has keeps the cohort it was migrated in.

        A rollback of that cohort then takes it back with the others.
        """
        migrated = pc.fill_null(pc.equal(self._before("fate"), "migrated"), False)
        left = pc.and_(own_themselves(fates), migrated)
        return with_columns(fates, {"cohort": pc.if_else(left, self._before("cohort"), fates["cohort"])})

    def as_recorded(self, fates: pa.Table) -> pa.Table:
        """Return the fates as the ledger keeps them: what was migrated once stays migrated."""
        was = self._before("fate")
        stays = pc.and_(
            pc.fill_null(pc.equal(was, "migrated"), False), pc.not_equal(fates["fate"], "migrated")
        )
        kept = {name: pc.if_else(stays, self._before(name), fates[name]) for name in _BECAME}
        return with_columns(fates, kept)

    def changed(self, fates: pa.Table) -> pa.Array:
        """Tell for each row whether its ledger row says something else."""
        return pc.and_(pc.is_valid(self.places), self._unlike(fates, FATE_NAMES[2:]))

    def moved(self, fates: pa.Table) -> pa.Table:
        """Return the rows whose owner is no longer the one in the ledger, with the owner it has there."""
        keys = {name: fates[name] for name in ("v2_table", "v2_id")}
        before = pa.table(keys | {"owner_id": self._before("owner_id")})
        return before.filter(pc.and_(pc.is_valid(self.places), self._unlike(fates, ("owner_id",))))

    def with_runs(self, fates: pa.Table) -> pa.Table:
        """Add the run_id of each row, NULL where its fate changes, and the ledger's own reason and run_id."""
        apart = self._unlike(fates, _BECAME)
        runs = pc.if_else(apart, NULL, self._before("run_id"))
        for name in ("reason", "run_id"):
            fates = fates.append_column(f"was_{name}", self._before(name))
        return fates.append_column("run_id", runs)

    def _unlike(self, fates: pa.Table, names: tuple[str, ...]) -> pa.Array:
        """Tell for each row whether its ledger row says something else in one of these columns."""
        apart = nowhere(fates.num_rows)
        for name in names:
            apart = pc.or_(apart, differ(fates[name], self._before(name)))
        return apart

    def _before(self, name: str) -> pa.Array:
        return whole(self._ledger[name]).take(self.places)
