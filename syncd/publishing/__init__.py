"""The public scorecards as folders of files, for a web server of the district to give out."""
