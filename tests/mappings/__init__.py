"""Tests of the mappings: the laws of the lens, the shapes, and how work is counted."""
