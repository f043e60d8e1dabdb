"""Tests of the plan: its model, its files, what mappings see of it."""
