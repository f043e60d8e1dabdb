"""What Asana does to the texts it is given: names lose line breaks, notes and html notes are two views of one text."""

from __future__ import annotations

import re
from html import escape
from xml.etree.ElementTree import Element, ParseError, fromstring

from connectors.asana.sandbox.problems import Problem

_ALLOWED = frozenset(
    ("body", "strong", "em", "u", "s", "code", "ol", "ul", "li", "a", "h1", "h2", "hr", "pre", "blockquote", "img")
)
_BLOCKS = frozenset(("h1", "h2", "li", "pre", "blockquote", "ol", "ul"))
_LINK = re.compile(r"https?://[^\s<>\"]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def clean_name(text: str) -> str:
    """A name as it is kept: one line, no blanks at its ends."""
    return _UNPRINTABLE.sub("", re.sub(r"\s*[\r\n]+\s*", " ", text)).strip(" \t")


def clean_notes(text: str) -> str:
    """Notes as they are kept: line feeds only, no trailing blanks at the very end."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def html_of(notes: str) -> str:
    """The html view of plain notes: escaped, addresses as links."""
    linked = _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(notes, quote=False))
    return f"<body>{linked}</body>"


def notes_of(html: str) -> str:
    """The plain view of html notes. Raises Problem 400 (`xml_parsing_error`) for markup that Asana refuses."""
    try:
        body = fromstring(html)  # noqa: S314 -- expat with no entities declared, and only on this machine
    except ParseError as error:
        raise Problem(400, f"xml_parsing_error: {error}") from None
    if body.tag != "body":
        raise Problem(400, "xml_parsing_error: Root element must be <body>")
    refused = next((element.tag for element in body.iter() if element.tag not in _ALLOWED), None)
    if refused:
        raise Problem(400, f"xml_parsing_error: Tag <{refused}> is not supported")
    return clean_notes(_flat(body).lstrip("\n"))


def _flat(element: Element) -> str:
    """The text inside an element, blocks on lines of their own."""
    parts = [element.text or ""]
    for child in element:
        inner = _flat(child)
        parts.append(f"{inner.rstrip()}\n" if child.tag in _BLOCKS else inner)
        parts.append(child.tail or "")
    return "".join(parts)
