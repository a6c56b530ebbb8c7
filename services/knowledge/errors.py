"""What the library refuses."""

from shared.errors import Conflict, Invalid
from shared.web.i18n import marker as _


class UnknownRegion(Invalid):
    """No region has this slug."""

    code = "unknown-region"
    text = _("Det finnes ingen region «%(region)s».")


class ExternalIdTaken(Conflict):
    """Another case has this external id."""

    code = "external-id-taken"
    text = _("Denne eksterne id-en er allerede brukt.")


class Stale(Conflict):
    """Somebody else changed the case since it was read."""

    code = "stale"
    text = _("Noen andre har endret eksempelet mens du skrev. Sammenlign tekstene, og lagre på nytt.")


class WrongStatus(Conflict):
    """The case's status does not allow this step."""

    code = "wrong-status"
    text = _("Eksempelet har en status som ikke tillater dette.")


class NotEditable(WrongStatus):
    """The case is with a reviewer or public."""

    code = "not-editable"
    text = _("Eksempelet kan bare endres når det er et utkast eller er sendt tilbake for endring.")


class NotSubmittable(WrongStatus):
    """Only a draft, or what was sent back, can be handed in."""

    code = "not-submittable"
    text = _("Bare et utkast, eller et eksempel som er sendt tilbake, kan sendes inn.")


class NotInReview(WrongStatus):
    """Nobody has handed it in."""

    code = "not-in-review"
    text = _("Eksempelet er ikke til gjennomsyn.")


class NotApproved(WrongStatus):
    """It must be approved before it is published."""

    code = "not-approved"
    text = _("Eksempelet må godkjennes før det kan publiseres.")


class NotPublished(WrongStatus):
    """Only a published case can be archived."""

    code = "not-published"
    text = _("Bare et publisert eksempel kan arkiveres.")


class ReasonNeeded(Invalid):
    """Whoever sends a case back says why."""

    code = "reason-needed"
    text = _("Skriv hva som må endres, slik at forfatteren vet hva som gjenstår.")
