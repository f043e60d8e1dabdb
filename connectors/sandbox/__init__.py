"""What every sandbox is made of: a local server with a board page, faults on demand and a record of its requests."""
