"""The rules of the house are themselves tested."""
