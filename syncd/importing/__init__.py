"""A district's own spreadsheet becomes a plan; the next version of it brings the plan up to date."""
