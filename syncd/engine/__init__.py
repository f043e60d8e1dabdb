"""The engine: three trees, the planner that compares them, the applier that brings them together."""
