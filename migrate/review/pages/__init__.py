"""The pages: each reads what its address and form ask, and fills its template.

site, shown, asked            what all of them share: templates, words for values, reading a request
lists, sample, together       groups and rows to decide
decision, history, apply      confirming, undoing, and what the next run will apply
entrance                      who is deciding
"""
