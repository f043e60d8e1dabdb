"""Mappings: two-way lenses between plan values and task values. Pure: no network, no database, no clock."""
