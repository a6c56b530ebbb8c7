"""The catalogue of open data is what DCAT-AP-NO 3 demands, in both of its forms."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from services.knowledge.opendata.catalogue import Publisher, catalogue
from services.knowledge.opendata.rdf import json_ld, turtle
from shared.clock import now
from tests.knowledge.support import BASE, World

SHAPES = Path(__file__).with_name("dcat_shapes.ttl")
DCAT, DCT = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
PUBLISHERS = [
    Publisher("Koblingsboks", "", ""),
    Publisher('Agder "fylke" \\ kommune', "999900001", "data@example.org"),
    Publisher("Agder", "999900001", "https://example.org/spør oss"),
]


def conforms(graph: Graph) -> tuple[bool, str]:
    good, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=True)
    return good, text


async def served(world: World) -> tuple[Graph, Graph]:
    async with world.client() as client:
        first, second = await client.get("/dcat.ttl"), await client.get("/dcat.jsonld")
    assert first.headers["content-type"].startswith("text/turtle")
    assert second.headers["content-type"] == "application/ld+json"
    return Graph().parse(data=first.text, format="turtle"), Graph().parse(data=second.text, format="json-ld")


async def test_the_catalogue_meets_what_is_demanded_and_both_forms_say_the_same(world: World) -> None:
    await world.publish()
    one, other = await served(world)
    good, text = conforms(one)
    assert good, text
    assert isomorphic(one, other)
    files = {str(address) for address in one.objects(None, DCAT.downloadURL)}
    assert files == {f"{BASE}/cases/dump.csv", f"{BASE}/cases/dump.jsonl"}
    assert {text.language for text in one.objects(None, DCT.title) if isinstance(text, Literal)} == {"nb", "nn", "en"}


async def test_what_the_catalogue_names_is_there(world: World) -> None:
    await world.publish()
    one, _other = await served(world)
    named = [*one.objects(None, DCAT.downloadURL), *one.objects(None, DCAT.endpointDescription)]
    named += one.objects(None, DCAT.landingPage)
    async with world.client() as client:
        answers = [(await client.get(str(address))).status_code for address in named]
    assert answers == [200] * 4


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_whoever_publishes_is_told_as_demanded(publisher: Publisher) -> None:
    told = catalogue(publisher, BASE, now(), lambda _language, text: text)
    graph = Graph().parse(data=turtle(told), format="turtle")
    good, text = conforms(graph)
    assert good, text
    assert Literal(publisher.name) in set(graph.objects())
    assert len(json_ld(told)["@graph"]) == len(told)


@pytest.mark.parametrize("demanded", [DCT.title, DCT.publisher, DCAT.contactPoint, DCAT.theme, DCAT.endpointURL])
def test_a_catalogue_without_what_is_demanded_fails(demanded: URIRef) -> None:
    told = catalogue(PUBLISHERS[0], BASE, None, lambda _language, text: text)
    graph = Graph().parse(data=turtle(told), format="turtle")
    graph.remove((None, demanded, None))
    assert not conforms(graph)[0]
