"""The Asana connector, and a local Asana to try it against."""
