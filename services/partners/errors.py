"""What the registry refuses."""

from shared.errors import Conflict, Invalid, Refusal
from shared.web.i18n import marker as _


class UnknownRegion(Invalid):
    """No region has this slug."""

    code = "unknown-region"
    text = _("Det finnes ingen region «%(region)s».")


class UnknownOrganisation(Invalid):
    """No organisation has this id."""

    code = "unknown-organisation"
    text = _("Virksomheten finnes ikke i registeret.")


class OrgNumberTaken(Conflict):
    """Another organisation has this number."""

    code = "org-number-taken"
    text = _("Organisasjonsnummeret er allerede registrert på %(name)s.")


class EmailTaken(Conflict):
    """Another person has this address."""

    code = "email-taken"
    text = _("En annen person er allerede registrert med denne e-postadressen.")


class ExternalIdTaken(Conflict):
    """Another record has this external id."""

    code = "external-id-taken"
    text = _("Denne eksterne id-en er allerede brukt.")


class Stale(Conflict):
    """Somebody else changed the record since it was read."""

    code = "stale"
    text = _("Noen andre har endret dette mens du skrev. Se over, og lagre på nytt.")


class LinkSpent(Refusal):
    """The sign-in link was used before, or its time is over."""

    status = 410
    code = "link-spent"
    text = _("Lenken er brukt eller for gammel. Be om en ny.")


class PlaceNeeded(Invalid):
    """A role lacks what it is held over."""

    code = "role-needs-place"
    text = _("Rollen må gjelde en region eller en virksomhet.")


class RegionNeeded(Invalid):
    """Somebody who acts for regions registers an organisation in none."""

    code = "region-needed"
    text = _("Velg minst én region.")
