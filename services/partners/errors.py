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
    """Another organisation has this number; where it may not be named, its `nameless` text is said."""

    code = "org-number-taken"
    text = _("Organisasjonsnummeret er allerede registrert på %(name)s.")
    nameless = _(
        "Organisasjonsnummeret er allerede i bruk i en annen region. Be nasjonalt kontor registrere virksomheten."
    )


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


class AgreementEnded(Refusal):
    """The agreement has ended before, or would end before it was signed."""

    code = "agreement-ended"
    text = _("Avtalen er allerede sagt opp.")
    too_early = _("Avtalen kan ikke sies opp før den er signert.")


class Removed(Refusal):
    """The record was taken away before."""

    code = "removed"
    text = _("Oppføringen er allerede fjernet.")


class RoundNotPlanned(Refusal):
    """The round has begun already."""

    code = "round-not-planned"
    text = _("Runden er allerede åpnet.")


class RoundNotRunning(Refusal):
    """The round is not open."""

    code = "round-not-running"
    text = _("Runden er ikke åpen.")


class RoundTaken(Conflict):
    """There is a round for this year."""

    code = "round-taken"
    text = _("Det finnes allerede en runde for %(year)s.")


class ExceptionLifted(Refusal):
    """The exception has ended before."""

    code = "exception-lifted"
    text = _("Unntaket er allerede opphevet.")


class YearNotOver(Invalid):
    """An account for a year that is not over."""

    code = "year-not-over"
    text = _("Året er ikke over. Klimaregnskapet leveres året etter.")


class NothingReported(Invalid):
    """An account without a single figure."""

    code = "nothing-reported"
    text = _("Oppgi minst ett tall. Skriv 0 der utslippet er null, og la feltet stå tomt der det ikke er regnet ut.")


class NoPdf(Invalid):
    """The file is not a PDF, whatever it is called, or is too large."""

    code = "no-pdf"
    text = _("Fila må være en PDF.")
    too_large = _("Fila er for stor: høyst 10 MB.")


class VersionMissing(Invalid):
    """A change does not say which version it was made from."""

    code = "version-missing"
    text = _("Oppgi versjonen du leste, så ingen skriver over andres endringer.")


class UnknownTopic(Invalid):
    """No topic that may be chosen has this code."""

    code = "unknown-topic"
    text = _("Temaet «%(topic)s» finnes ikke i lista.")


class ClaimDecided(Conflict):
    """Somebody has settled the claim, or it was withdrawn."""

    code = "claim-decided"
    text = _("Forespørselen er allerede avgjort eller trukket tilbake.")


class ClaimRunning(Conflict):
    """The person has asked for this organisation already."""

    code = "claim-running"
    text = _("Du har allerede spurt om å få overta denne profilen. Regionen svarer deg på e-post.")


class NotClaimable(Conflict):
    """The organisation is not one that waits to be claimed."""

    code = "not-claimable"
    text = _("Denne profilen kan ikke overtas. Ta kontakt med regionkontoret hvis noe er galt.")


class ReasonNeeded(Invalid):
    """A refusal must say why."""

    code = "reason-needed"
    text = _("Skriv hvorfor. Begrunnelsen sendes til den som spurte.")


class FindingHandled(Conflict):
    """Somebody has settled what the register said."""

    code = "finding-handled"
    text = _("Noen andre har allerede behandlet denne endringen.")


class NothingToTake(Conflict):
    """The register told of something that cannot be taken over by itself."""

    code = "nothing-to-take"
    text = _("Her er det ingenting å ta over. Rediger virksomheten, eller behold den som den er.")


class SameOrganisation(Invalid):
    """An organisation cannot be merged with itself, nor with one that was merged before."""

    code = "same-organisation"
    text = _("Velg to ulike virksomheter som begge finnes i registeret.")


class RoleOver(Conflict):
    """The role has ended before."""

    code = "role-over"
    text = _("Rollen er allerede avsluttet.")


class SegmentGivenUp(Conflict):
    """The segment was given up before."""

    code = "segment-given-up"
    text = _("Målgruppa finnes ikke lenger.")


class UnknownCase(Invalid):
    """The example is not one of the organisation's own."""

    code = "unknown-case"
    text = _("Velg et av virksomhetens egne eksempler.")


class NoRound(Conflict):
    """There is no round for this year."""

    code = "no-round"
    text = _("Det er ikke satt opp noen runde for %(year)s ennå.")
