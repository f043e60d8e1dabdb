"""The example plan is complete and keeps its promises."""
