"""Four school years of Riverbend, and a second, naive calculation of every figure of them."""
