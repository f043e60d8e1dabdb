"""Tests of the configuration: its file, what is laid over it, and what is said about mistakes."""
