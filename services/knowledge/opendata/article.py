"""A case as schema.org has it, for search engines and other programs that read pages."""

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from services.knowledge.models import Case, Organisation, Picture
from services.knowledge.opendata.licences import ADDRESSES
from services.knowledge.presenting import Presenter
from services.knowledge.telling import Told

UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""Signs that could end a script element, as JSON may write them too."""


def article(
    case: Case,
    told: Told,
    presenter: Presenter,
    organisation: Organisation | None,
    url: str,
    pictures: Sequence[Picture] = (),
) -> dict[str, Any]:
    """Return a published case in the language it is told in; what nobody said is left out. `url` is its own address."""
    owner = organisation.name if organisation else case.owner_name
    about = [*presenter.themes(case.focus_areas), *(presenter.measure(name) for name in case.measure_types)]
    found = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": url,
        "url": url,
        "headline": told.title,
        "abstract": told.summary,
        "inLanguage": told.language,
        "datePublished": case.published_at.isoformat() if case.published_at else None,
        "dateModified": case.updated_at.isoformat(),
        "about": [{"@type": "Thing", "name": name} for name in about],
        "keywords": case.keywords,
        "spatialCoverage": _places(case, presenter),
        "image": [_image(one, told, url.removesuffix(f"/cases/{case.id}")) for one in pictures],
        "license": ADDRESSES.get(case.licence),
        "author": {"@type": "Organization", "name": owner} if owner else None,
    }
    return {name: value for name, value in found.items() if value}


def in_page(data: dict[str, Any]) -> Markup:
    """Return `data` as it may stand in a script element of data, which no text in it can end."""
    return Markup(json.dumps(data, ensure_ascii=False).translate(UNSAFE))  # noqa: S704 escaped just here


def _image(picture: Picture, told: Told, base: str) -> dict[str, Any]:
    width, height = picture.sizes[-1]
    found = {
        "@type": "ImageObject",
        "contentUrl": base + picture.address(width),
        "width": width,
        "height": height,
        "caption": picture.told(told.language, told.original).text,
        "creditText": picture.credit,
        "license": ADDRESSES.get(picture.licence),
    }
    return {name: value for name, value in found.items() if value}


def _places(case: Case, presenter: Presenter) -> list[dict[str, Any]]:
    areas = [presenter.region(case.region), *presenter.terms("municipality", case.municipalities)]
    places: list[dict[str, Any]] = [{"@type": "AdministrativeArea", "name": name} for name in dict.fromkeys(areas)]
    if case.latitude is not None and case.longitude is not None:
        point = {"@type": "GeoCoordinates", "latitude": float(case.latitude), "longitude": float(case.longitude)}
        places.append({"@type": "Place", "geo": point})
    return places
