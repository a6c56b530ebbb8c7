"""The tabs of an organisation's pages.

context = {"organisation": found, "current": "people", **organisation_tabs(actor, found, regions)}
{% include "partners/_organisation_tabs.html" %}
"""

from services.partners.models import Organisation
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.web.i18n import marker as _


def organisation_tabs(actor: Actor | None, organisation: Organisation, regions: list[str]) -> dict[str, object]:
    """Return what the tabs need: `tabs`, those pages about an organisation in `regions` that `actor` may open."""
    of = about(*regions, organisation_id=organisation.id)
    base = f"/partners/{organisation.id}"
    people = can(actor, "person.view", of) or can(actor, "colleague.manage", of)
    offered = (
        ("about", _("Om"), base, True),
        ("obligations", _("Forpliktelser"), f"{base}/obligations", can(actor, "obligation.view", of)),
        ("people", _("Personer"), f"{base}/people", people),
        ("memberships", _("Regioner"), f"{base}/memberships", can(actor, "organisation.view", of)),
        ("history", _("Historikk"), f"/partners/audit?subject={organisation.id}", can(actor, "audit.view", of)),
    )
    return {"tabs": [{"name": name, "label": label, "href": href} for name, label, href, may in offered if may]}
