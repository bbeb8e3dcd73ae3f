"""The one place that names columns: v2, v3 and the ledger as SQLAlchemy metadata, and the frames between."""
