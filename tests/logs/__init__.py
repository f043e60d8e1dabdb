"""Logs tell much and give nothing away."""
