"""Markdown written by people, made safe to show."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre", "a", "h2", "h3", "h4", "hr", "br"}


def markdown(text: str | None) -> Markup:
    """Return `text` as HTML of a short list of harmless tags; raw HTML in it is shown, not obeyed."""
    if not text:
        return Markup("")
    html = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(html)  # noqa: S704 cleaned by nh3 just above
