"""How each v3 value came to be: v2's text, rule, decision, what was loaded, what its user made of it."""
