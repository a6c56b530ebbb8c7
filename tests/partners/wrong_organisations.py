"""Rows of organisations as tests of their import send them: good ones, and every kind of wrong one with what is told of it."""

from services.partners.models import Organisation
from shared.auth.actor import Actor, Grant
from shared.ids import new_id
from tests.partners.support import org_number, organisation
from tests.support.apps import ServiceApp

EIK, ASK, ALM, DOUBLE, BJERK, NEW, HOLT = (org_number(serial) for serial in (0, 10, 20, 40, 50, 60, 70))
SIV = Actor(new_id(), new_id(), "Siv", (Grant("region_staff", "agder"),))
HEAD = (
    *("Eksternt id", "Org.nr.", "Virksomhet", "Sektor", "Region", "Medlemskap", "Partner siden", "Partner til"),
    *("Kommunenummer", "Fylke", "Nettsted", "Næringskode", "Ansatte", "Status", "Språk", "Organisasjonsform"),
)
AT = {letter: f"kolonne {letter} ({heading})" for letter, heading in zip("ABCDEFGHIJKLMNOP", HEAD, strict=True)}


def row(name: object = "Ny AS", **cells: object) -> list[object]:
    """Return the cells of a row: `id` and `number` are empty unless told, the rest is that of a good one."""
    given = {"id": None, "number": None, "name": name, "sector": "Næringsliv", "region": "Agder", **cells}
    names = ("id", "number", "name", "sector", "region", "kind", "since", "until")
    more = ("municipality", "county", "website", "nace", "employees", "status", "language", "form")
    return [given.get(one) for one in (*names, *more)]


CHOICES = "Offentlig sektor, Næringsliv, Akademia, Ideell organisasjon"
WRONG: tuple[tuple[list[object], str, str], ...] = (
    # what the row says, the column that is told, and what is told with its remedy
    (
        row(id="w1", number="974760674"),
        AT["B"],
        "Organisasjonsnummeret er ikke gyldig. Det har ni siffer; se etter om to er byttet om.",
    ),
    (
        row(),
        AT["A"],
        "Raden har verken eksternt id eller organisasjonsnummer. Fyll ut ett av dem, så den kjennes igjen neste gang.",
    ),
    (row(None, id="w3"), AT["C"], "Cellen er tom. Fyll den ut."),
    (row(id="w4", sector="Fiske"), AT["D"], f"«Fiske» er ikke et av valgene. Skriv ett av disse: {CHOICES}."),
    (row(id="w5", sector=None), AT["D"], f"En ny virksomhet må ha en sektor. Skriv ett av disse: {CHOICES}."),
    (
        row(id="w6", region="Atlantis"),
        AT["E"],
        "Det finnes ingen region «Atlantis». Skriv en av disse: Agder, Akershus, Buskerud, Finnmark, Innlandet, "
        "Møre og Romsdal, Nordland, Oslo, Rogaland, Telemark, Troms, Trøndelag, Vestfold, Vestland, Østfold.",
    ),
    (
        row(id="w7", region="Vestland"),
        AT["E"],
        "Vestland er ikke din region. Ta bort regionen, eller be nasjonalt kontor importere raden.",
    ),
    (row(id="w8", region=None), AT["E"], "En ny virksomhet må være med i en av dine regioner. Fyll ut regionen."),
    (row(id="w9", kind="venn"), AT["F"], "«venn» er ikke et av valgene. Skriv ett av disse: Partner, Gjest."),
    (row(id="w10", kind="Gjest"), AT["H"], "Gjester har alltid en sluttdato. Velg når gjestetilgangen slutter."),
    (
        row(id="w11", since="i fjor"),
        AT["G"],
        "«i fjor» er ikke en dato. Skriv dag, måned og år, for eksempel 31.12.2025.",
    ),
    (row(id="w12", since="01.02.2026", until="01.01.2026"), AT["H"], "Sluttdatoen må være etter startdatoen."),
    (
        row(id="w13", municipality="42x"),
        AT["I"],
        "«42x» er ikke et kommunenummer. Skriv fire siffer, for eksempel 4203.",
    ),
    (
        row(id="w14", municipality="4601", county="Agder"),
        AT["I"],
        "Kommunenummer 4601 ligger ikke i Agder. Rett nummeret eller fylket.",
    ),
    (
        row(id="w15", website="kom og se"),
        AT["K"],
        "«kom og se» er ikke en nettadresse. Skriv hele adressen, med https:// foran, eller la cellen stå tom.",
    ),
    (
        row(id="w16", nace="båter"),
        AT["L"],
        "«båter» er ikke en næringskode. Skriv koden med punktum, for eksempel 84.110.",
    ),
    (
        row(id="w17", employees="mange"),
        AT["M"],
        "«mange» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom.",
    ),
    (row(id="w18", employees=-1), AT["M"], "-1 er for lite. Det minste som kan stå her, er 0."),
    (
        row(id="w19", employees="#REF!"),
        AT["M"],
        "Formelen i cellen gir feilen #REF!. Rett formelen, eller skriv verdien.",
    ),
    (
        row(id="w20", status="kanskje"),
        AT["N"],
        "«kanskje» er ikke et av valgene. Skriv ett av disse: Mulig partner, Partner, men profilen er ikke overtatt, "
        "Partner, Partner på pause, Ikke lenger partner.",
    ),
    (
        row(id="w21", language="fransk"),
        AT["O"],
        "«fransk» er ikke et av valgene. Skriv ett av disse: Bokmål, Nynorsk, Engelsk.",
    ),
    (
        row(id="w22", form="aksjeselskap!"),
        AT["P"],
        "«aksjeselskap!» er ikke en organisasjonsform. Skriv koden fra Enhetsregisteret, for eksempel AS eller KOMM.",
    ),
    (row("N" * 201, id="w23"), AT["C"], "Teksten er på 201 tegn. Kort den ned til 200."),
    (
        row("Tvilling AS", id="w24"),
        AT["C"],
        "Radene 25, 26 gjelder den samme, med ulike opplysninger her. Behold bare den som er riktig.",
    ),
    (
        row("Trilling AS", id="w24"),
        AT["C"],
        "Radene 25, 26 gjelder den samme, med ulike opplysninger her. Behold bare den som er riktig.",
    ),
    (
        row("Bjerk AS", number=BJERK, region=None),
        AT["B"],
        "Bjerk AS er ikke partner i noen av dine regioner. Be regionen deres eller nasjonalt kontor importere raden.",
    ),
    (
        row("Doblet AS", number=DOUBLE),
        AT["B"],
        "Virksomheten er slått sammen med Alm AS. Ta bort raden, eller rett id og nummer til dem virksomheten nå har.",
    ),
    (
        row("Eik AS", id="eik", number=ASK),
        AT["B"],
        "Det eksterne id-et er Eik AS, men nummeret er Ask AS. Rett det som er feil.",
    ),
    (
        row("Holt AS", id="annen", number=HOLT),
        AT["A"],
        "Holt AS har det eksterne id-et «holt» fra før. Skriv det, eller la cellen stå tom.",
    ),
    (
        row(id="w31", region=None, since="01.01.2026"),
        AT["E"],
        "Raden sier noe om medlemskap, men ikke i hvilken region. Fyll ut regionen.",
    ),
    (row("Eik\nAS", id="w32"), AT["C"], "Skriv på én linje, uten usynlige styretegn."),
)


async def registry(partners: ServiceApp) -> None:
    made = {}
    for name, number, region, external_id in (
        ("Eik AS", EIK, "agder", "eik"),
        ("Ask AS", ASK, "agder", None),
        ("Alm AS", ALM, "agder", None),
        ("Doblet AS", DOUBLE, "agder", None),
        ("Bjerk AS", BJERK, "vestland", None),
        ("Holt AS", HOLT, "agder", "holt"),
    ):
        made[name] = await organisation(partners, name, region, org_number=number, external_id=external_id)
    async with partners.database.writing() as session:
        double, alm = [await session.get_one(Organisation, made[name]) for name in ("Doblet AS", "Alm AS")]
        double.merge_into(alm)
        session.add_all([double, alm])
