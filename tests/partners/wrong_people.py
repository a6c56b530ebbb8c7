"""Rows of people as tests of their import send them: good ones, and every kind of wrong one with what is told of it."""

from services.partners.models import Organisation, PersonAlias
from services.partners.usecases import erasing
from shared.auth.actor import Actor, Grant
from shared.ids import new_id
from tests.partners.support import NATIONAL, org_number, organisation, person
from tests.support.apps import ServiceApp

EIK, ASK, DOUBLE, BJERK = (org_number(serial) for serial in (0, 10, 40, 50))
SIV = Actor(new_id(), new_id(), "Siv", (Grant("region_staff", "agder"),))
HEAD = (
    *(
        "Eksternt id",
        "Navn",
        "E-post",
        "Telefon",
        "Språk",
        "Fokusområder",
        "Rolle",
        "Org.nr.",
        "Virksomhetens eksterne id",
    ),
    *("Virksomhet", "Region", "Oppgaver", "Rolle fra", "Rolle til", "Aktiv", "Stilling"),
)
AT = {letter: f"kolonne {letter} ({heading})" for letter, heading in zip("ABCDEFGHIJKLMNOP", HEAD, strict=True)}


def row(email: object = "ny@example.org", **cells: object) -> list[object]:
    """Return the cells of a row about somebody who acts for Eik AS, unless told otherwise."""
    given = {"name": "Nina Ny", "email": email, "number": EIK, **cells}
    names = ("id", "name", "email", "phone", "language", "focus", "role", "number", "organisation")
    more = ("called", "region", "functions", "since", "until", "active", "title")
    return [given.get(one) for one in (*names, *more)]


def placeless(email: str, **cells: object) -> list[object]:
    return row(email, **{"number": None, **cells})


LANGUAGES = "Bokmål, Nynorsk, Engelsk"
ROLES = "Nasjonal koordinator, Regionleder, Regionmedarbeider, Fagfelle, Revisor, Partneransvarlig, Partner"
REGIONS = (
    "Agder, Akershus, Buskerud, Finnmark, Innlandet, Møre og Romsdal, Nordland, Oslo, Rogaland, Telemark, Troms, "
    "Trøndelag, Vestfold, Vestland, Østfold"
)
GAINSAID = "Radene 26, 27 gjelder den samme, med ulike opplysninger her. Behold bare den som er riktig."
OUT_OF_REACH = (
    "Dette er en person utenfor ditt ansvar, eller med roller du ikke kan gi. Be nasjonalt kontor importere raden."
)
WRONG: tuple[tuple[list[object], str, str], ...] = (
    # what the row says, the column that is told, and what is told with its remedy
    (row("kari"), "C", "«kari» er ikke en e-postadresse. Skriv én adresse, for eksempel kari@example.org."),
    (
        row("a@example.org, b@example.org"),
        "C",
        "«a@example.org, b@example.org» er ikke en e-postadresse. Skriv én adresse, for eksempel kari@example.org.",
    ),
    (row(None, id="w3"), "C", "Cellen er tom. Fyll den ut."),
    (row("w4@example.org", name=None), "B", "Cellen er tom. Fyll den ut."),
    (row("w5@example.org", name="Nina\nNy"), "B", "Skriv på én linje, uten usynlige styretegn."),
    (
        row("w6@example.org", phone="ring meg"),
        "D",
        "Skriv et telefonnummer med sifre, eventuelt med + og landkode først.",
    ),
    (
        row("w7@example.org", language="fransk"),
        "E",
        f"«fransk» er ikke et av valgene. Skriv ett av disse: {LANGUAGES}.",
    ),
    (
        row("w8@example.org", focus="Energi, fisk"),
        "F",
        "«fisk» er ikke et av valgene. Skriv ett av disse: Verdikjede og innkjøp, Energi, Natur, Klimaledelse, Grønn forretningsutvikling.",
    ),
    (row("w9@example.org", role="konge"), "G", f"«konge» er ikke et av valgene. Skriv ett av disse: {ROLES}."),
    (
        row("w10@example.org", number="974760674"),
        "H",
        "Organisasjonsnummeret er ikke gyldig. Det har ni siffer; se etter om to er byttet om.",
    ),
    (
        row("w11@example.org", number=org_number(900)),
        "H",
        "Vi kjenner ingen virksomhet med nummeret 999\u00a0909\u00a0000. "
        "Rett nummeret, eller registrer virksomheten først, og last opp filen på nytt.",
    ),
    (
        placeless("w12@example.org", organisation="furu"),
        "I",
        "Vi kjenner ingen virksomhet med det eksterne id-et «furu». Importer virksomhetene først, eller rett id-et.",
    ),
    (
        row("w13@example.org", organisation="ask"),
        "I",
        "Virksomhetens nummer og eksterne id gjelder to ulike virksomheter. Rett det som er feil.",
    ),
    (
        placeless("w14@example.org", called="Eik AS"),
        "H",
        "Navnet alene sier ikke hvilken virksomhet det er. Fyll ut organisasjonsnummeret eller virksomhetens id.",
    ),
    (
        row("w15@example.org", number=DOUBLE),
        "H",
        "Virksomheten er slått sammen med Ask AS. Ta bort raden, eller rett id og nummer til dem virksomheten nå har.",
    ),
    (
        row("w16@example.org", number=BJERK, called="Bjerk AS"),
        "H",
        "Bjerk AS er ikke partner i noen av dine regioner. Be regionen deres eller nasjonalt kontor importere raden.",
    ),
    (
        placeless("w17@example.org", region="Atlantis"),
        "K",
        f"Det finnes ingen region «Atlantis». Skriv en av disse: {REGIONS}.",
    ),
    (
        placeless("w18@example.org", region="Oslo"),
        "K",
        "Oslo er ikke din region. Ta bort regionen, eller be nasjonalt kontor importere raden.",
    ),
    (
        row("w19@example.org", region="Oslo"),
        "K",
        "Eik AS er ikke partner i Oslo. Rett regionen, eller la cellen stå tom.",
    ),
    (placeless("w20@example.org", role="Fagfelle"), "K", "Rollen Fagfelle gjelder en region. Fyll ut regionen."),
    (
        placeless("w21@example.org", role="Partneransvarlig", region="Agder"),
        "H",
        "Rollen Partneransvarlig gjelder en virksomhet. Fyll ut organisasjonsnummeret.",
    ),
    (
        placeless("w22@example.org", role="Fagfelle", region="Agder"),
        "G",
        "Rollen Fagfelle kan bare nasjonalt kontor importere. Gi den på personens side, eller be nasjonalt kontor importere raden.",
    ),
    (placeless("w23@example.org"), "H", "Skriv hvilken virksomhet eller region personen hører til."),
    (row("w24@example.org", since="01.01.2026", until="01.12.2025"), "N", "Rollen kan ikke slutte før den begynner."),
    (row("w25@example.org", name="Tvilling"), "B", GAINSAID),
    (row("W25@example.org", name="Trilling"), "B", GAINSAID),
    (
        row("gro@example.org", id="grete"),
        "C",
        "Det eksterne id-et og adressen tilhører to ulike personer i registeret. Rett det som er feil.",
    ),
    (
        row("grete@example.org", id="annen"),
        "A",
        "Ask Prøve har det eksterne id-et «grete» fra før. Skriv det, eller la cellen stå tom.",
    ),
    (row("oslo@example.org"), "C", OUT_OF_REACH),
    (row("stab@example.org"), "C", OUT_OF_REACH),
    (
        row("borte@example.org", id="slettet"),
        "A",
        "Personen er slettet. Ta bort raden, eller gi en ny ekstern id hvis personen selv er kommet tilbake.",
    ),
    (
        row("dobbel@example.org", id="dobbel"),
        "A",
        "Personen er slått sammen med en annen oppføring. Ta bort raden, eller skriv id-en som gjelder nå.",
    ),
    (
        placeless("w33@example.org", region="Agder", functions="Toppleder"),
        "L",
        "Oppgaver gjelder en virksomhet. Fyll ut organisasjonsnummeret, eller la cellen stå tom.",
    ),
    (row("w34@example.org", active="kanskje"), "O", "«kanskje» er verken ja eller nei. Skriv ja eller nei."),
    (
        row("w35@example.org", since="31.02.2026"),
        "M",
        "«31.02.2026» er ikke en dato. Skriv dag, måned og år, for eksempel 31.12.2025.",
    ),
    (
        row("w36@example.org", title="#N/A"),
        "P",
        "Formelen i cellen gir feilen #N/A. Rett formelen, eller skriv verdien.",
    ),
)


async def registry(partners: ServiceApp) -> None:
    made = {}
    for name, number, region, external_id in (
        ("Eik AS", EIK, "agder", "eik"),
        ("Ask AS", ASK, "agder", "ask"),
        ("Doblet AS", DOUBLE, "agder", None),
        ("Bjerk AS", BJERK, "vestland", None),
    ):
        made[name] = await organisation(partners, name, region, org_number=number, external_id=external_id)
    for external_id in ("gro", "grete"):
        await person(partners, f"{external_id}@example.org", external_id=external_id)
    await person(partners, "oslo@example.org", region="oslo")
    await person(partners, "stab@example.org", region="agder", role="region_staff")
    gone = await person(partners, "slettet@example.org", external_id="slettet")
    heir = await person(partners, "arving@example.org")
    async with partners.database.writing() as session:
        await erasing.erase_now(session, NATIONAL, gone, "Ba om det på telefon")
        session.add(PersonAlias(external_id="dobbel", person_id=heir))
        double, ask = [await session.get_one(Organisation, made[name]) for name in ("Doblet AS", "Ask AS")]
        double.merge_into(ask)
        session.add_all([double, ask])
