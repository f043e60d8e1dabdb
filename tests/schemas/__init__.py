"""The JSON Schemas of what people write."""
