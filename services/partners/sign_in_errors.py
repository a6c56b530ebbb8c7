"""What signing in refuses, each with its own explanation and way on."""

from services.partners.errors import LinkSpent
from shared.errors import Conflict, Forbidden, Invalid, Refusal, Unavailable
from shared.web.i18n import marker as _


class LinkUsed(LinkSpent):
    """The sign-in link was used before."""

    code = "link-used"
    text = _("Lenken er allerede brukt. En lenke kan bare brukes én gang.")


class LinkExpired(LinkSpent):
    """The sign-in link is older than it may be."""

    code = "link-expired"
    text = _("Lenken er for gammel. Be om en ny, og bruk den med en gang.")


class LinkUnknown(LinkSpent):
    """Nobody was ever sent this link."""

    status = 404
    code = "link-unknown"
    text = _("Vi kjenner ikke denne lenken. Se etter at hele adressen fra e-posten kom med, eller be om en ny lenke.")


class LinkElsewhere(LinkSpent):
    """The sign-in link was asked for in another browser than the one it was opened in."""

    status = 403
    code = "link-elsewhere"
    text = _(
        "Lenken ble bestilt i en annen nettleser, og virker bare der. Åpne den i nettleseren du ba om den i, "
        "eller be om en ny lenke her."
    )


class PersonInactive(LinkSpent):
    """Whoever the link was for is no longer active."""

    code = "person-inactive"
    text = _("Brukeren din er ikke aktiv. Kontakt regionkontoret ditt.")


class AttemptGone(Refusal):
    """A sign-in with an issuer is not known in this browser, was finished before, or took too long."""

    status = 410
    code = "sign-in-gone"
    text = _("Innloggingen tok for lang tid, eller ble begynt i en annen nettleser. Prøv på nytt.")


class BegunTooOften(Refusal):
    """More sign-ins were begun from this address within an hour than a whole office needs."""

    status = 429
    code = "sign-in-too-often"
    text = _("Det er begynt på mange innlogginger herfra den siste timen. Vent litt, eller be om en lenke på e-post.")


class IssuerRefused(Refusal):
    """The issuer did not sign the person in, or what it said does not hold."""

    status = 403
    code = "issuer-refused"
    text = _("Innloggingen hos %(name)s ble ikke fullført. Prøv på nytt.")


class IssuerAway(Unavailable):
    """The issuer does not answer."""

    code = "issuer-away"
    text = _("%(name)s svarer ikke akkurat nå. Prøv igjen om litt, eller logg inn på en annen måte.")


class IdentityTaken(Conflict):
    """The account at the issuer belongs to another person."""

    code = "identity-taken"
    text = _("Denne kontoen er allerede koblet til en annen person.")


class ChallengeGone(Refusal):
    """A passkey answered too late, twice, or in another browser."""

    status = 410
    code = "challenge-gone"
    text = _("Det tok for lang tid. Prøv på nytt.")


class PasskeyRefused(Refusal):
    """What the authenticator sent does not hold."""

    status = 403
    code = "passkey-refused"
    text = _("Nøkkelen ble ikke godtatt. Prøv på nytt, eller bruk en annen nøkkel.")


class PasskeyUnknown(Refusal):
    """Nobody here has this passkey."""

    status = 403
    code = "passkey-unknown"
    text = _("Vi kjenner ikke denne nøkkelen. Den kan være fjernet. Logg inn på en annen måte.")


class PasskeyNeedsScript(Invalid):
    """The browser sent nothing of a passkey: it runs no script, or knows no passkeys."""

    code = "passkey-needs-script"
    text = _(
        "Passnøkler trenger JavaScript og en nettleser som kan dem. Slå på JavaScript, eller prøv en annen nettleser."
    )


class LastPasskey(Conflict):
    """The one passkey left of somebody who must have one."""

    code = "last-passkey"
    text = _("Du må ha minst én passnøkkel. Legg til en ny før du fjerner denne.")


class TooMany(Invalid):
    """So many of a thing that another makes no sense."""

    code = "too-many"
    text = _("Du har allerede %(most)s. Fjern en du ikke bruker, først.")


class NotByProgram(Forbidden):
    """An API token may not do what only its person may, in a browser."""

    code = "not-by-program"
    text = _("Dette kan bare gjøres av deg selv, innlogget i en nettleser.")
