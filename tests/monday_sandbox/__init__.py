"""The local monday: what it answers, what it refuses, and every trap of the real one."""
