"""How long personal data is kept: one table, from which the page about it is made and by which the jobs take away.

A class without days is kept as long as what it belongs to. A service's sweeps carry the same names, and a test compares both.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import now
from shared.contracts.streams import DAY, STREAMS
from shared.outbox.housekeeping import ANSWERED_DAYS, HEARD_DAYS, PARKED_DAYS, SAID_DAYS, Sweep
from shared.web.i18n import marker as _

Keeper = Literal["partners", "knowledge", "events", "notifier", "every", "bus"]
Remove = Callable[[AsyncSession, datetime], Awaitable[int]]
"""Takes away what is older than a moment; returns how many rows."""

AGREEMENT = _(
    "Avtalen med virksomheten, og vår interesse i å følge den opp (personvernforordningen artikkel 6 nr. 1 f)"
)
SECURITY = _("Plikten til å sikre opplysninger (artikkel 32), og vår interesse i det (artikkel 6 nr. 1 f)")
DUTY = _("Plikten til å kunne vise hvordan saker er behandlet (artikkel 6 nr. 1 c og arkivlova)")
STAFF, OWN, NOBODY = _("Medarbeidere i regionen din, og du selv"), _("Bare du selv"), _("Ingen: bare programmene")


@dataclass(frozen=True)
class DataClass:
    """A kind of personal data: what it is, what for, on what ground, who sees it, and for how many days it is kept.

    `days` may be set otherwise by an installation, under the class's `name` in KOBLINGSBOKS_KEEP_DAYS; what is `fixed` may not.
    `counts_from` says from when the days count; without days it says for how long it is kept.
    """

    name: str
    keeper: Keeper
    what: str
    purpose: str
    basis: str
    seen_by: str
    counts_from: str
    days: int | None = None
    fixed: bool = False


CLASSES: tuple[DataClass, ...] = (
    DataClass(
        "people", "partners", _("Navn, e-postadresse, telefon, stilling, språk, temaer og roller"),
        _("Å vite hvem som handler for partnerne, og kunne nå dem"), AGREEMENT, STAFF,
        _("Så lenge du har en rolle. Når du er tatt ut av bruk, slettes du etter så lenge"), 365,
    ),
    DataClass(
        "sign-ins", "partners", _("Lenker og forsøk på å logge inn"), _("Å la deg logge inn, og stanse misbruk"),
        SECURITY, NOBODY, _("Etter at de er gått ut"), 1,
    ),
    DataClass(
        "sessions", "partners", _("Når og i hvilken nettleser du har vært logget inn"),
        _("Å vise deg hvor du er logget inn, og la deg logge ut der"), SECURITY, OWN, _("Etter siste bruk"), 90,
    ),
    DataClass(
        "tokens", "partners", _("API-token du har laget: navn, tilgang og siste bruk"), _("Å kunne trekke dem tilbake"),
        SECURITY, OWN, _("Etter at de er gått ut eller trukket tilbake"), 90,
    ),
    DataClass(
        "passkeys", "partners", _("Passnøkler du har lagt til: navn, offentlig nøkkel og siste bruk"),
        _("Å la deg logge inn uten lenke, og kreve mer enn en postkasse der det trengs"), SECURITY, OWN,
        _("Til du fjerner dem, eller slettes"),
    ),
    DataClass(
        "identities", "partners", _("Kontoer hos andre som du logger inn med: utsteder og din id der"),
        _("Å la deg logge inn med en konto du har"), SECURITY, OWN, _("Til du kobler dem fra, eller slettes"),
    ),
    DataClass(
        "signers", "partners", _("Hvem som signerte avtalen for virksomheten: navn og dato"),
        _("Å kunne vise hvem som bandt virksomheten"), AGREEMENT, STAFF,
        _("Så lenge avtalen er registrert. Navnet tas ut når du slettes"),
    ),
    DataClass(
        "deeds", "partners", _("Hvem som bestemte eller la inn noe: krav, tall, unntak, segmenter og flytting av regioner"),
        _("Å kunne spørre den som gjorde det"), DUTY, STAFF, _("Så lenge det som ble gjort, er registrert. Hvem tas ut når du slettes"),
    ),
    DataClass(
        "letters", "partners", _("Hvilke brev registeret har bedt om til deg"), _("Å ikke sende det samme to ganger"),
        AGREEMENT, NOBODY, _("Etter at de ble bedt om"), 180,
    ),
    DataClass(
        "claims", "partners", _("Krav om å ta over en profil: melding og svar"), _("Å avgjøre hvem som styrer profilen"),
        AGREEMENT, STAFF, _("Etter at de er avgjort eller trukket"), 180,
    ),
    DataClass(
        "imports", "partners", _("Regneark som er lest inn: radene i dem"), _("Å kunne rette feil i dem"),
        AGREEMENT, STAFF, _("Etter at de ble lastet opp"), 90,
    ),
    DataClass(
        "erasures", "partners", _("At noen er slettet, når og hvor, uten hvem"), _("Å kunne vise at det er gjort"),
        DUTY, _("Den som har adressen til beviset"), _("Etter at slettingen er fullført"), 1_095,
    ),
    DataClass(
        "audit", "partners", _("Hvem som endret hva i registeret, og når"), _("Å kunne vise og rette det som er gjort"),
        DUTY, _("Medarbeidere og revisorer i regionen"),
        _("Så lenge nettverket består. Verdiene og navnet ditt tas ut når du slettes"),
    ),
    DataClass(
        "answers", "events", _("Påmeldinger og avslag"), _("Å gi deg plass, og følge opp etterpå"), AGREEMENT,
        _("De som holder arrangementet, og du selv"), _("Etter arrangementet. Da blir tallene, uten hvem"), 365,
    ),
    DataClass(
        "belonging", "events", _("Regioner, temaer og utvalg du hører til, uten navn"),
        _("Å telle hvem en invitasjon gjelder"), AGREEMENT, NOBODY, _("Så lenge du er i registeret"),
    ),
    DataClass(
        "mail-content", "notifier", _("Det som fyller ut en e-post til deg, og feil på veien"), _("Å kunne sende den på nytt"),
        AGREEMENT, _("Medarbeidere ser til hvem og om den kom fram"), _("Etter at den er sendt"), 30,
    ),
    DataClass(
        "mails", "notifier", _("At en e-post ble sendt til deg, og når"), _("Å vise at alle fikk det de skulle, én gang"),
        AGREEMENT, _("Medarbeidere"), _("Etter at den er sendt. Da blir tallene, uten hvem"), 365,
    ),
    DataClass(
        "addresses", "notifier", _("Navn, e-postadresse og hva du vil ha e-post om"), _("Å skrive til deg"), AGREEMENT,
        NOBODY, _("Så lenge du er i registeret"),
    ),
    DataClass(
        "mail-to-forget", "notifier", _("Adressen til den som er slettet, til postlageret har slettet brevene dit"),
        _("Å slette det postlageret har"), DUTY, NOBODY, _("Til postlageret har svart"),
    ),
    DataClass(
        "authorship", "knowledge", _("Hvem som skrev, vurderte og endret et eksempel"), _("Å behandle eksempler"), AGREEMENT,
        _("Medarbeidere og fagfeller i regionen"), _("Så lenge eksempelet finnes. Det tas ut når du slettes"),
    ),
    DataClass(
        "needs", "knowledge", _("Behov du la ut, spurte om eller svarte på: at det var deg, og ord dere skrev til hverandre"),
        _("Å koble dere som kan hjelpe hverandre"), AGREEMENT, _("De to partene, og medarbeidere i regionen"),
        _("Etter at behovet er avsluttet. Da blir behovet, uten hvem"), 365,
    ),
    DataClass(
        "media", "knowledge", _("Bilder og filer i et eksempel, hvem som tok bildet, og hvem som la det til"),
        _("Å vise fram eksempelet og navngi den som tok bildet"), AGREEMENT, _("Alle, når eksempelet er publisert"),
        _("Til det tas bort fra eksempelet. At du la det til, tas ut når du slettes"),
    ),
    DataClass(
        "questions", "knowledge", _("At du spurte noen om et eksempel, uten hva du spurte om"),
        _("Å vise hvor fort det svares, og hindre misbruk"), AGREEMENT, _("De som svarer for eksempelet, og du selv"),
        _("Etter at du spurte. Da blir tallet, uten hvem"), 365,
    ),
    DataClass(
        "rights", "every", _("Hva du har lov til, uten navn"), _("Å slippe deg inn bare der du skal"), SECURITY, NOBODY,
        _("Så lenge du er i registeret"),
    ),
    DataClass(
        "replies", "every", _("Svar til programmer som spør to ganger"), _("Å gi samme svar igjen"), AGREEMENT, NOBODY,
        _("Etter svaret"), ANSWERED_DAYS, fixed=True,
    ),
    DataClass(
        "said", "every", _("Meldinger som er sendt mellom delene, uten navn og adresser"), _("Å kunne fylle en tapt kø igjen"),
        AGREEMENT, NOBODY, _("Etter at de er sendt"), SAID_DAYS, fixed=True,
    ),
    DataClass(
        "heard", "every", _("Hvilke meldinger som er mottatt"), _("Å ikke gjøre det samme to ganger"), AGREEMENT, NOBODY,
        _("Etter at de er mottatt"), HEARD_DAYS, fixed=True,
    ),
    DataClass(
        "parked", "every", _("Meldinger en del ikke kunne lese, slik de kom"), _("Å kunne lese dem på nytt når feilen er rettet"),
        AGREEMENT, _("Den som drifter Koblingsboks"), _("Etter at de ble lagt til side, også om ingen leste dem på nytt"), PARKED_DAYS,
        fixed=True,
    ),
    DataClass(
        "ended", "every", _("Innlogginger som er avsluttet før tiden, uten hvem"), _("Å ikke slippe inn den som er logget ut"),
        SECURITY, NOBODY, _("Til de ville ha gått ut av seg selv"),
    ),
    DataClass(
        "marks", "every", _("Merker som sier at noen er slettet: fingeravtrykk av tilfeldige id-er og av andre systemers id, uten hvem"),
        _("At gamle meldinger og regneark ikke henter noen tilbake"), DUTY, NOBODY, _("Så lenge nettverket består"),
    ),
    DataClass(
        "merged", "every", _("Hvilke id-er som er én og samme person, uten navn"), _("At det som gjaldt den ene, gjelder deg"),
        AGREEMENT, NOBODY, _("Så lenge du er i registeret"),
    ),
    DataClass(
        "logs", "every", _("Driftslogger: hva programmene gjorde og hvor det gikk galt, med tilfeldige id-er og uten navn og adresser"),
        _("Å finne og rette feil"), SECURITY, _("Den som drifter Koblingsboks"),
        _("Til filen er full: da fjernes den eldste. Etter størrelse, ikke dager"),
    ),
    DataClass(
        "facts", "bus", _("Køen av meldinger mellom delene, uten navn og adresser"), _("At alle deler får vite det samme"),
        AGREEMENT, NOBODY, _("Etter at de er sendt"), max(plan.max_age for plan in STREAMS) // DAY, fixed=True,
    ),
    DataClass(
        "state", "bus", _("Det siste registeret har sagt om deg til de andre delene"), _("At e-post og invitasjoner går riktig"),
        AGREEMENT, NOBODY, _("Til registeret sier noe nytt. Det gamle overskrives med en gang"),
    ),
)  # fmt: skip
BY_NAME: Mapping[str, DataClass] = {one.name: one for one in CLASSES}


def kept_days(name: str, settings: Mapping[str, int]) -> int | None:
    """Return for how many days a class is kept where an installation says `settings`; None where it is kept as what it belongs to."""
    found = BY_NAME[name]
    return found.days if found.fixed or found.days is None else settings.get(name, found.days)


def swept(keeper: Keeper) -> set[str]:
    """Return the names of the classes `keeper` takes away by itself once their days are over."""
    return {one.name for one in CLASSES if one.keeper == keeper and one.days is not None and not one.fixed}


def sweep(removes: Mapping[str, Remove], settings: Mapping[str, int]) -> Sweep:
    """Return what housekeeping does for a service: each class taken away by its days."""

    async def run(session: AsyncSession) -> dict[str, int]:
        gone = {}
        for name, remove in removes.items():
            days = kept_days(name, settings)
            if days is not None:
                gone[name] = await remove(session, now() - timedelta(days=days))
        return gone

    return run
