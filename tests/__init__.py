"""The tests of syncd, one folder for each part of it."""
