"""Files that people write, read exactly: plain values, and the line on which each of them stands."""
