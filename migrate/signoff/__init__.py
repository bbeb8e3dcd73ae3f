"""The cut-over pack: what was migrated by which rules, and that it adds up, for whoever signs it off."""
