"""Tests of how values are put into a plan's text."""
