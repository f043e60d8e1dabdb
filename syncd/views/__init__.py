"""What there is to see, as data: one module a view, for the commands that print it and the web that answers with it."""
