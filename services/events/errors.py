"""What events refuses."""

from shared.errors import Conflict, Invalid, Refusal
from shared.web.i18n import marker as _


class UnknownRegion(Invalid):
    """No region has this slug."""

    code = "unknown-region"
    text = _("Det finnes ingen region «%(region)s».")


class NoSuchTime(Invalid):
    """The clock skips this time when summer time begins."""

    code = "no-such-time"
    text = _("Klokka %(time)s finnes ikke den dagen: da stilles klokka fram til sommertid. Velg et annet tidspunkt.")


class EndsTooEarly(Invalid):
    """The webinar would end before it begins."""

    code = "ends-too-early"
    text = _("Webinaret må slutte etter at det har begynt.")


class ExternalIdTaken(Conflict):
    """Another webinar has this external id."""

    code = "external-id-taken"
    text = _("Denne eksterne id-en er allerede brukt.")


class Stale(Conflict):
    """Somebody else changed the webinar since it was read."""

    code = "stale"
    text = _("Noen andre har endret dette mens du skrev. Se over, og lagre på nytt.")


class UnknownSegment(Invalid):
    """No segment that somebody may use has this id."""

    code = "unknown-segment"
    text = _("Målgruppa finnes ikke, eller den går utenfor regionene dine.")


class NotADraft(Refusal):
    """Only drafts are edited: those invited have the rest in their calendars."""

    code = "not-a-draft"
    text = _("Webinaret er publisert og kan ikke endres. Avlys det og lag et nytt hvis noe vesentlig er feil.")


class NotPublished(Refusal):
    """A draft cannot be cancelled or answered."""

    code = "not-published"
    text = _("Webinaret er ikke publisert.")


class Begun(Refusal):
    """The webinar has begun, so this comes too late."""

    code = "begun"
    text = _("Webinaret har begynt eller er over.")


class Cancelled(Refusal):
    """The webinar will not be held."""

    code = "cancelled"
    text = _("Webinaret er avlyst.")


class Full(Refusal):
    """Every place is taken."""

    code = "full"
    text = _("Webinaret er fullt: alle plassene (%(capacity)s) er tatt. Prøv igjen senere, noen kan melde seg av.")


class NotRegistered(Refusal):
    """There is no registration to withdraw."""

    code = "not-registered"
    text = _("Du er ikke påmeldt dette webinaret.")
