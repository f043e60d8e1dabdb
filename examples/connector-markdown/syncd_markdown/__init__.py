"""A folder of Markdown files with check boxes as a tool: an example of a connector that lives outside syncd."""

from syncd_markdown.connector import NEEDS_TOKEN, connect

__all__ = ["NEEDS_TOKEN", "connect"]
