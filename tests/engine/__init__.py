"""Tests of the engine: the planner alone, and the whole of it against a tool, a store, faults and crashes."""
