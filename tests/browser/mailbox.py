"""The demo's mailbox as its readers have it: through its pages."""

import re

from tests.support.demo import Demo
from tests.support.wait import until_sync

NEWEST = 5
"""So many letters from the newest are looked through."""


def link_to(running_demo: Demo, email: str, path: str) -> str:
    """Return the link that begins with `path` in the newest letter to `email`, once one has come."""
    with running_demo.client() as client:
        found: list[str] = []

        def come() -> bool:
            letters = re.findall(r'href="(/mailbox/2[^"]+)"', client.get("/mailbox").text)
            for letter in letters[:NEWEST]:
                text = client.get(letter).text
                if email in text:
                    found.extend(re.findall(rf"{re.escape(path)}[\w.-]+", text))
            return bool(found)

        until_sync(come, 60, f"a letter to {email} with a link to {path}")
    return found[0]
