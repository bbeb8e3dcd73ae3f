"""What a run tells while it works and when it ends: log lines, a summary file, OpenLineage events.

Nothing of what members wrote is ever told: ids of runs, cohorts, batches, tables and counts.
"""

from migrate.observe.observation import Observation, start

__all__ = ["Observation", "start"]
