"""Tests of the service: the web surface and the server behind it."""
