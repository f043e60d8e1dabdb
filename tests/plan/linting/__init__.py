"""The rules of plan writing."""
