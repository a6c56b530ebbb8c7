"""What every page knows: its language, who looks at it, and what the header shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from shared.auth.actor import Actor
from shared.contracts.vocabulary import Language
from shared.web.i18n import marker as _


@dataclass(frozen=True)
class NavItem:
    """An entry of the header."""

    href: str
    label: str
    icon: str
    current: bool = False


@dataclass(frozen=True)
class Flash:
    """A line about what just happened; `kind` is success, info, warning or danger."""

    kind: str
    text: str


@dataclass(frozen=True)
class Viewer:
    """The signed-in person as the header shows them."""

    name: str
    initials: str
    role_label: str
    is_staff: bool
    is_national: bool


NAVIGATION: tuple[tuple[str, str, str], ...] = (
    ("/cases", _("Eksempler"), "lightbulb"),
    ("/events", _("Arrangementer"), "calendar"),
    ("/partners", _("Partnere"), "buildings"),
)
ACCOUNT_LINKS: tuple[tuple[str, str, str], ...] = (
    ("/partners/me", _("Min profil"), "person"),
    ("/partners/me/sessions", _("Innlogging og sikkerhet"), "lock"),
    ("/events/mine", _("Mine påmeldinger"), "calendar"),
    ("/mail/preferences", _("E-post jeg vil ha"), "envelope"),
    ("/partners/me/data", _("Mine opplysninger"), "file"),
)
OWN_ORGANISATION = _("Virksomheten min")
STAFF_ACCOUNT_LINKS: tuple[tuple[str, str, str], ...] = (
    ("/partners/work", _("Oppgaver"), "check"),
    ("/cases/mine", _("Mine eksempler"), "lightbulb"),
    ("/partners/people", _("Personer"), "person-group"),
    ("/partners/obligations", _("Forpliktelser"), "tasklist"),
    ("/partners/dashboard", _("Nøkkeltall"), "bar-chart"),
    ("/partners/segments", _("Målgrupper"), "person-group"),
    ("/partners/audit", _("Endringslogg"), "clock"),
)
STAFF_NAVIGATION: tuple[tuple[str, str, str], ...] = (("/mail", _("Utsendinger"), "envelope"),)


@dataclass(frozen=True)
class Page:
    """The frame round a page's own content; the kit's templates read it."""

    lang: Language
    path: str
    query: QueryParams
    actor: Viewer | None
    csrf: str
    demo: bool
    full: bool
    nav: list[NavItem]
    flashes: list[Flash] = field(default_factory=list)
    account_links: list[NavItem] = field(default_factory=list)
    base_url: str = ""

    def lang_url(self, language: Language) -> str:
        """Return this page's address in another language."""
        kept = [(key, value) for key, value in self.query.multi_items() if key != "lang"]
        return f"{self.path}?{urlencode([*kept, ('lang', language)])}"

    def url(self, **changes: object) -> str:
        """Return this page's address with some query parameters changed; None takes one away, a list repeats it."""
        kept = [(key, value) for key, value in self.query.multi_items() if key not in changes and key != "lang"]
        for key, value in changes.items():
            values = value if isinstance(value, list | tuple) else [] if value is None else [value]
            kept += [(key, str(item)) for item in values]
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @property
    def sign_in_url(self) -> str:
        """Where a visitor signs in, and comes back from."""
        return "/partners/sign-in?" + urlencode({"next": self.path})

    @property
    def sign_out_url(self) -> str:
        """Where somebody signs out, by POST."""
        return "/partners/sign-out"


def navigation(path: str, actor: Actor | None, translate: Callable[[str], str]) -> list[NavItem]:
    """Return the header's entries for `actor` on `path`."""
    return _items(NAVIGATION + (STAFF_NAVIGATION if actor and actor.is_staff else ()), path, translate)


def account_links(path: str, actor: Actor | None, translate: Callable[[str], str]) -> list[NavItem]:
    """Return the account menu's entries for `actor` on `path`."""
    if actor is None:
        return []
    own = ((f"/partners/{actor.sole_organisation}", OWN_ORGANISATION, "buildings"),) if actor.sole_organisation else ()
    return _items((STAFF_ACCOUNT_LINKS if actor.is_staff else ()) + own + ACCOUNT_LINKS, path, translate)


def _items(entries: tuple[tuple[str, str, str], ...], path: str, translate: Callable[[str], str]) -> list[NavItem]:
    return [
        NavItem(href, translate(label), icon, path == href or path.startswith(href + "/"))
        for href, label, icon in entries
    ]
