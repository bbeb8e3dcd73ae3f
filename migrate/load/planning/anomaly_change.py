"""How the ledger's anomalies become those of a batch, owner by owner."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from migrate.load.present import LEDGER_ANOMALY_COLUMNS
from migrate.schema.arrow import TEXT, rows_as_text, whole


@dataclass(frozen=True)
class AnomalyChange:
    """How the ledger's anomalies become the batch's."""

    found: pa.Table
    """LEDGER_ANOMALY_COLUMNS: every anomaly of the batch."""
    cleared: pa.Array
    """The owners whose anomalies in the ledger are not these: theirs are deleted."""
    added: pa.Table
    """LEDGER_ANOMALY_COLUMNS: those to insert."""
    present: pa.Table
    """LEDGER_ANOMALY_COLUMNS: the ledger's."""

    def instead(self, found: pa.Table) -> "AnomalyChange":
        """Return the change where the batch's anomalies are others."""
        return anomaly_change(found, self.present)


def anomaly_change(found: pa.Table, present: pa.Table) -> AnomalyChange:
    """Compare a batch's anomalies with the ledger's, owner by owner."""
    if not present.num_rows:
        return AnomalyChange(found, pa.array([], TEXT), found, present)
    ours, theirs = (rows_as_text(each, LEDGER_ANOMALY_COLUMNS) for each in (found, present))
    new = found.filter(pc.invert(pc.is_in(ours, value_set=theirs)))["owner_id"]
    old = present.filter(pc.invert(pc.is_in(theirs, value_set=ours)))["owner_id"]
    owners = pa.chunked_array([*new.chunks, *old.chunks], TEXT).unique()
    cleared = owners.filter(pc.is_in(owners, value_set=whole(present["owner_id"])))
    added = found.filter(pc.is_in(found["owner_id"], value_set=owners))
    return AnomalyChange(found, cleared, added, present)
