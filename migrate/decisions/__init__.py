"""What reviewers decided: appended, never changed; the newest on a subject holds."""
