"""Setting syncd up: what a person is asked and why, what is proposed, and the configuration that comes of it.

Nothing here asks or prints: a terminal and a browser stand on it alike.
"""
