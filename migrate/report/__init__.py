"""The anomaly report: what the ledger says, as a page, a workbook, CSV and JSON. Nothing is written to v3."""

FORMATS = ("html", "xlsx", "csv", "json")
"""What a report may be written as, in this order."""
