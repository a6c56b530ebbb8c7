"""What open data there is, as DCAT-AP-NO 3 has it, for data.norge.no to harvest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.knowledge.opendata.licences import CC_BY_ADDRESS
from services.knowledge.opendata.rdf import Iri, Resource, Text, Value
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.web.i18n import marker as _

EU = "http://publications.europa.eu/resource/authority"
REGISTER = "https://organization-catalog.fellesdatakatalog.digdir.no/organizations"
TITLE = _("Åpne data om klimatiltak")
DESCRIPTION = _("Data fra Koblingsboks om klimatiltak som virker, fra virksomheter i hele Norge.")
CASES = _("Eksempler på klimatiltak")
ABOUT_CASES = _(
    "Alle publiserte eksempler som kan brukes under CC BY 4.0: hva som ble gjort, hva det ga, hva det kostet og hva de lærte."
)
AS_CSV, AS_LINES = _("Eksempler som CSV"), _("Eksempler som JSON-linjer")
SEARCH = _("Søk og oppslag i eksemplene")
ABOUT_SEARCH = _("Søk i eksemplene, les hvert av dem, og få hva de gir til sammen. Ingen nøkkel trengs for å lese.")
KEYWORDS = (_("klimatiltak"), _("utslippskutt"), _("energi"))
THEMES = ("ENVI", "ENER", "REGI")
CODES: dict[Language, str] = {"nb": "NOB", "nn": "NNO", "en": "ENG"}

Say = Callable[[Language, str], str]
Said = dict[str, list[Value]]


@dataclass(frozen=True)
class Publisher:
    """Who answers for the data: by number in the register of organisations, or by the library's own address where it has none.

    `contact` is a mail address or the address of a page.
    """

    name: str
    number: str
    contact: str


def catalogue(publisher: Publisher, base: str, changed: datetime | None, say: Say) -> list[Resource]:
    """Return the catalogue, its data set with the files, and the API; `base` is the address of the library."""
    its: Said = {"dct:publisher": [_publisher(publisher, base)], "dcat:contactPoint": [Iri(f"{base}/dcat.ttl#contact")]}
    data, service = Iri(f"{base}/dcat.ttl#cases"), Iri(f"{base}/dcat.ttl#api")
    files = [Iri(f"{base}/dcat.ttl#csv"), Iri(f"{base}/dcat.ttl#jsonl")]
    at: list[Value] = [Text(changed.isoformat(), type="xsd:dateTime")] if changed else []
    languages: list[Value] = [Iri(f"{EU}/language/{code}") for code in CODES.values()]
    public: list[Value] = [Iri(f"{EU}/access-right/PUBLIC")]
    head: Said = {
        "dct:title": _said(TITLE, say), "dct:description": _said(DESCRIPTION, say), **its, "dct:language": languages,
        "dct:license": [Iri(CC_BY_ADDRESS)], "dct:modified": at, "foaf:homepage": [Iri(f"{base}/")],
        "dcat:dataset": [data], "dcat:service": [service],
    }  # fmt: skip
    cases: Said = {
        "dct:title": _said(CASES, say), "dct:description": _said(ABOUT_CASES, say), **its,
        "dcat:theme": [Iri(f"{EU}/data-theme/{theme}") for theme in THEMES], "dcat:keyword": _words(say),
        "dct:language": languages, "dct:accessRights": public, "dct:spatial": [Iri(f"{EU}/country/NOR")],
        "dct:accrualPeriodicity": [Iri(f"{EU}/frequency/CONT")], "dct:modified": at,
        "dcat:landingPage": [Iri(f"{base}/cases")], "dcat:distribution": [*files],
    }  # fmt: skip
    api: Said = {
        "dct:title": _said(SEARCH, say), "dct:description": _said(ABOUT_SEARCH, say), **its,
        "dcat:endpointURL": [Iri(f"{base}/cases/api/v1")], "dct:accessRights": public,
        "dcat:endpointDescription": [Iri(f"{base}/cases/api/openapi.json")], "dct:license": [Iri(CC_BY_ADDRESS)],
        "dcat:servesDataset": [data],
    }  # fmt: skip
    return [
        Resource(Iri(f"{base}/dcat.ttl"), ["dcat:Catalog"], head),
        Resource(data, ["dcat:Dataset"], cases),
        _file(files[0], f"{base}/cases/dump.csv", _said(AS_CSV, say), "CSV", "text/csv"),
        _file(files[1], f"{base}/cases/dump.jsonl", _said(AS_LINES, say), "JSON", "application/jsonl"),
        Resource(service, ["dcat:DataService"], api),
        *_people(publisher, base),
    ]


def _publisher(publisher: Publisher, base: str) -> Iri:
    return Iri(f"{REGISTER}/{publisher.number}" if publisher.number else f"{base}/dcat.ttl#publisher")


def _people(publisher: Publisher, base: str) -> list[Resource]:
    number: list[Value] = [Text(publisher.number)] if publisher.number else []
    agent: Said = {"foaf:name": [Text(publisher.name)], "dct:identifier": number}
    contact = publisher.contact or f"{base}/om"
    way = ("vcard:hasEmail", Iri(f"mailto:{contact}")) if _is_mail(contact) else ("vcard:hasURL", Iri(contact))
    card: Said = {"vcard:fn": [Text(publisher.name)], way[0]: [way[1]]}
    return [
        Resource(_publisher(publisher, base), ["foaf:Agent"], agent),
        Resource(Iri(f"{base}/dcat.ttl#contact"), ["vcard:Kind", "vcard:Organization"], card),
    ]


def _file(iri: Iri, address: str, title: list[Value], format: str, media: str) -> Resource:
    said: Said = {
        "dct:title": title,
        "dcat:accessURL": [Iri(address)],
        "dcat:downloadURL": [Iri(address)],
        "dct:license": [Iri(CC_BY_ADDRESS)],
        "dct:format": [Iri(f"{EU}/file-type/{format}")],
        "dcat:mediaType": [Iri(f"https://www.iana.org/assignments/media-types/{media}")],
    }
    return Resource(iri, ["dcat:Distribution"], said)


def _said(text: str, say: Say) -> list[Value]:
    return [Text(say(language, text), language) for language in LANGUAGES]


def _words(say: Say) -> list[Value]:
    return [Text(say(language, word), language) for language in LANGUAGES for word in KEYWORDS]


def _is_mail(contact: str) -> bool:
    return "@" in contact and ":" not in contact
