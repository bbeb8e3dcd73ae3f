"""The anomaly report: what the ledger says, as a page, a workbook, CSV and JSON. Nothing is written to v3.

facts → counts, hours, schemes, runs, results    what the ledger says, read once
slices → tally → text_groups; decided_anomalies  its anomalies, by equal texts, and which are decided
verdict → verdict_words                          whether a run is good to go, and why not
write → html_file, workbook, anomaly_file,
  json_file                                      one format a module
charts → style                                   the page's pictures
templates                                        how any page is filled in
privacy, figures, catalogue, scope               how texts, figures and codes are shown, and whose
"""

FORMATS = ("html", "xlsx", "csv", "json")
"""What a report may be written as, in this order."""
