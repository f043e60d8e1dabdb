"""What every connector must pass, and the parts that connectors share."""
