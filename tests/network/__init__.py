"""How other machines are reached, tried against a filter that looks into secure connections."""
