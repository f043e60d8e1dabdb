"""Bad input of every kind, with the words that people get for it."""
