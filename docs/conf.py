"""How Sphinx makes a site of the pages: the same Markdown that code hosts show, and no address outside."""

project = "syncd"
author = "the syncd authors"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["docs/**", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "examples/connector-markdown/README.md"]
exclude_patterns = ["docs/conf.py"]
html_theme = "furo"
html_title = "syncd"
html_show_sphinx = False
html_copy_source = False
myst_heading_anchors = 4
suppress_warnings = [
    "toc.not_included",  # decisions are listed on a page of their own
    "misc.highlighting_failure",  # csv has no colours
    "myst.header",
]
