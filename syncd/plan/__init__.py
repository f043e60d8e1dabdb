"""The plan: its model, how it is read from files, and what may be wrong with it."""
