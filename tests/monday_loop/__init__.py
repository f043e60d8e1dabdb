"""The whole way over monday.com: plan, board, team, scorecard, against the local monday over HTTP."""
