"""The addresses of all that is public, for search engines (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

MOST = 50_000
"""Addresses one sitemap may have."""
PAGES = ("/", "/cases", "/cases/impact", "/partners", "/events", "/om")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap(found: Iterable[tuple[str, datetime | None]]) -> str:
    """Return a sitemap of addresses, each with when it last changed, where that is known."""
    entries = "".join(f"<url><loc>{escape(address)}</loc>{_changed(at)}</url>\n" for address, at in found)
    return f"{HEAD}<urlset {XMLNS}>\n{entries}</urlset>\n"


def index(addresses: Iterable[str]) -> str:
    """Return the index of several sitemaps."""
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f"{HEAD}<sitemapindex {XMLNS}>\n{entries}</sitemapindex>\n"


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
