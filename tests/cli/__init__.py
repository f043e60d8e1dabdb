"""The command line, through its own entry point and through real processes."""
