"""The public scorecards as folders of files."""
