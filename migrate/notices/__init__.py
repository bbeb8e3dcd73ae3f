"""Notices: what each member's record gained, lost or needs looked at, told to that member alone."""
