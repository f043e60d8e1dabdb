"""syncd: the daemon that keeps a strategic plan and the teams' tools in step."""
