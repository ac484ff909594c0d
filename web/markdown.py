"""Markdown of the associations' own documents as HTML; no HTML passes through, no picture, no foreign link."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image", "html_block", "html_inline"])


@lru_cache(maxsize=64)
def rendered(text: str) -> Markup:
    """The document as safe HTML."""
    return Markup(_READER.render(text))  # noqa: S704  the reader escapes everything that is not Markdown
