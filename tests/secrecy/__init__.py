"""Looks for secrets in everything that leaves the process."""
