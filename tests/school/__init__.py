"""A week of school by the clock: the daemon itself, both tools and everybody who edits, on one clock; nobody waits."""
