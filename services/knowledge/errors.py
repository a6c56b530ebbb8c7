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


class UnknownTerm(Invalid):
    """A word that is no term of its vocabulary, or none any longer."""

    code = "unknown-term"
    text = _("«%(word)s» finnes ikke i lista «%(vocabulary)s». Bruk en av disse: %(choices)s.")


class ManyMoreTerms(UnknownTerm):
    """A word that is no term of a long vocabulary."""

    text = _("«%(word)s» finnes ikke i lista «%(vocabulary)s». Se /cases/vocabularies/%(code)s for dem som finnes.")


class WrongUnit(Invalid):
    """A kind of impact is not counted in this unit."""

    code = "wrong-unit"
    text = _("«%(metric)s» kan ikke oppgis i %(unit)s. Bruk %(choices)s, eller velg en annen virkning.")


class FigureFollows(Invalid):
    """A sum was given that is not what its rows come to."""

    code = "figure-follows"
    text = _("Tallet følger av radene, som gir %(sum)s. Endre radene, eller la dette feltet stå tomt.")


class NoSuchCase(Invalid):
    """A relation leads to a case that is not there."""

    code = "no-such-case"
    text = _("Eksempelet finnes ikke. Lim inn adressen til et eksempel i biblioteket, eller en hel nettadresse.")


class NoSuchOrganisation(Invalid):
    """No organisation in the registry has this id."""

    code = "no-such-organisation"
    text = _("Virksomheten finnes ikke i registeret. Velg en fra lista, eller skriv bare navnet.")


class ClosedVocabulary(Invalid):
    """The codes of this vocabulary stand in facts."""

    code = "closed-vocabulary"
    text = _(
        "Kodene i denne lista brukes av andre deler av systemet. De kan få nye navn, men ikke bli flere eller færre."
    )


class TermTaken(Conflict):
    """Another term of the vocabulary has this code or name."""

    code = "term-taken"
    text = _("«%(name)s» er allerede i lista.")


class ReplacedByItself(Invalid):
    """A term cannot take its own place."""

    code = "replaced-by-itself"
    text = _("Et ord kan ikke erstattes av seg selv. Velg et annet.")


class UnknownReplacement(Invalid):
    """What is to take a term's place is no term, or none any longer."""

    code = "unknown-replacement"
    text = _("«%(code)s» kan ikke ta over, for det er ikke i bruk i denne lista.")


class SameLanguage(Invalid):
    """A case is not translated into its own language."""

    code = "same-language"
    text = _("Eksempelet er skrevet på dette språket. Velg et annet.")


class SumTooLarge(Invalid):
    """Rows come to more than a figure may be."""

    code = "sum-too-large"
    text = _("Radene gir til sammen mer enn %(most)s. Se over tallene og enhetene.")


class NeedClosed(Conflict):
    """The need is met or withdrawn."""

    code = "need-closed"
    text = _("Behovet er dekket eller trukket tilbake, og kan ikke endres.")


class DayIsOver(Invalid):
    """A need is not looked for on a day that is over."""

    code = "day-is-over"
    text = _("Velg en dag som ikke er over, og senest om to år.")


class NotYourOrganisation(Invalid):
    """Whoever posts a need does so for an organisation."""

    code = "not-your-organisation"
    text = _("Velg en virksomhet du handler for, eller en i regionen din.")


class MatchClosed(Conflict):
    """The match leads to nothing any more, or is not that far."""

    code = "match-closed"
    text = _("Koblingen er ikke lenger åpen, eller ikke kommet så langt.")


class TooMany(Conflict):
    """A case has as many pictures or files as it may have."""

    code = "too-many"
    text = _("Et eksempel kan ha høyst %(most)s. Ta bort noe først.")


class AlreadyThere(Conflict):
    """The case has this picture or file already."""

    code = "already-there"
    text = _("Eksempelet har denne fila allerede.")


class FileNeeded(Invalid):
    """A picture or file was to be added, and none came."""

    code = "file-needed"
    text = _("Velg en fil.")


class TooManyAsked(Conflict):
    """Somebody asked for more in a day than people can answer."""

    status = 429
    code = "too-many-asked"
    text = _("Du kan spørre %(most)s ganger i døgnet. Vent til i morgen, eller ring regionkontoret.")


class OwnCase(Invalid):
    """Nobody takes up their own case."""

    code = "own-case"
    text = _("Eksempelet er deres eget. Velg en annen virksomhet.")


class NobodyAnswers(Conflict):
    """Nobody is known who answers for the case."""

    code = "nobody-answers"
    text = _("Ingen svarer på spørsmål om dette eksempelet nå. Prøv regionkontoret.")
