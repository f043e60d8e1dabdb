"""The whole trip on one machine: a district's plan, a local Asana with a team at work in it, and the scorecard."""
