"""Says of a plan how well it is written: one small rule a function, and what people waive of what the rules find."""
