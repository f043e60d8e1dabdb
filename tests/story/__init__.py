"""A week in a district as one story, over HTTP: five people, a plan, two boards, and all that goes wrong."""
