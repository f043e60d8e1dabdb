"""Spreadsheets become plans: every trap by itself, and all of them at random."""
