"""Links that people make: suggested, adopted, dropped, repaired."""
