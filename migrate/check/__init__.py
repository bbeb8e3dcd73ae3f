"""Looks at v2 and v3: before a run, after it, and whenever `verify` is asked.

    preflight: binary_columns, keys, kinds                   whether a run may begin
    suites: expectations → statements → great_suite          what is expected of whole tables
    reconciliation: comparison, outcomes, surplus, hours,
      unreported, misstated → account → balance              whether all is there: every row and value

Nothing here changes either.
"""
