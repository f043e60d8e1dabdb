"""The benchmark: what is measured against the budgets, one module for each part."""
