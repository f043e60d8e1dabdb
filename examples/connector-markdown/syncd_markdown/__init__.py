"""A folder of Markdown files with check boxes as a tool: an example of a connector that lives outside syncd."""
