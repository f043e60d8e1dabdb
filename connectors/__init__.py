"""Connectors: one package a tool, and the vocabulary they share. A connector knows no plan."""
