"""The scorecard: one view model, rendered as page, text, JSON and CSV."""
