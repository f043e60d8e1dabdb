"""Tests of the progress arithmetic."""
