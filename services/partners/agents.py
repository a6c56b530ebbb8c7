"""What a browser is called in a list of sessions: its family and the system it runs on, and no more."""

FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: each also calls itself by names further down."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def agent_of(user_agent: str) -> str:
    """Return such as "Firefox, Windows" for a User-Agent header; empty where it names neither."""
    named = (next((name for sign, name in table if sign in user_agent), "") for table in (FAMILIES, SYSTEMS))
    return ", ".join(name for name in named if name)
