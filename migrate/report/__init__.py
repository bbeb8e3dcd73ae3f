"""The anomaly report: what the ledger holds, as a page, a workbook, CSV and JSON. Nothing is written to v3.

facts → counts, hours, schemes, runs, results    what the ledger holds, read once
slices → tally → text_groups; decided_anomalies  its anomalies, by equal texts, and which are decided
verdict → verdict_words                          whether a cohort can be let into v3, and why not
write → html_file, workbook, anomaly_file,
  json_file                                      one format a module
charts → style                                   the page's pictures
templates                                        how any page is filled in
privacy, figures, catalogue, scope               how texts, figures and codes are shown, and whose
"""

FORMATS = ("html", "xlsx", "csv", "json")
"""The formats of the report, in the order in which they are written."""
