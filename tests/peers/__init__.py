"""Tests of what measures syncd beside others: only with those that need nothing from elsewhere."""
