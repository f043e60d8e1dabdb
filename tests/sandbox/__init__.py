"""The Asana sandbox behaves like Asana."""
