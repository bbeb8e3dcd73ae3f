"""Why a v2 row did not arrive, and why a value stayed as it was, by the names that the ledger keeps.

`migrate.transform` gives a row its reason; where v3 stands in the way, `migrate.load` does. Other packages
read them. A code that only one package uses is defined there. What each means is in `rules/anomalies.yaml`.
"""

ARCHIVED_ASSESSMENT = "archived-assessment"
SUPPORTERS_NOT_NEEDED = "supporters-not-needed"
DUPLICATE_MEMBER = "duplicate-member"
ORPHAN = "orphan"
PARENT_REJECTED = "parent-rejected"
NUMBER_TAKEN = "number-taken"
"""Also the code of a migrated member's number that stayed."""
PARENT_DELETED = "parent-deleted"
LOAD_REFUSED = "load-refused"
"""Also the code of a row of which v3 refused new values."""

KEPT_USER_EDIT = "kept-user-edit"
KEPT_USER_DELETE = "kept-user-delete"
"""Also the code of rows whose reason is PARENT_DELETED."""
CONFLICT = "conflict"
ADOPTED_MEMBER = "adopted-member"
