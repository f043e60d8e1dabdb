"""Tests of the monday.com connector."""
