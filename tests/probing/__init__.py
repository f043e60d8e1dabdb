"""Tests of `syncd probe`."""
