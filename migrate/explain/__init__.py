"""How each v3 value came to be: v2's text, rule, decision, what was loaded, what its user made of it.

gather → v2_rows, known, who, next_run,
         row_decisions             what v2, v3, ledger and rules have of a row
evidence → row                     all that is known of it → how each value came to be
document → tell → words            the explanation as JSON, and as sentences
"""
