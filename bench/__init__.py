"""Measurements that need more than this house has in it."""
