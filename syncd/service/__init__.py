"""The daemon: schedule, web pages, life cycle."""
