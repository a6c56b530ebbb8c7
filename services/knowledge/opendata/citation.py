"""How a case is cited: as a line, as BibTeX, and as RIS."""

from collections.abc import Callable
from dataclasses import dataclass

from services.knowledge.models import Case, Organisation
from services.knowledge.opendata.licences import ADDRESSES
from services.knowledge.telling import Told

SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip
"""Signs that BibTeX takes for its own."""


@dataclass(frozen=True)
class Citation:
    """What a citation of a case says. Without an owner, whoever publishes the library stands as its author."""

    key: str
    author: str
    title: str
    year: int
    publisher: str
    url: str
    licence: str
    licence_url: str
    language: str

    def plain(self) -> str:
        """Return the citation as a line."""
        by = "" if self.author == self.publisher else f" {self.publisher}."
        return f"{self.author} ({self.year}). {self.title.rstrip('.')}.{by} {self.url} ({self.licence})"

    def bibtex(self) -> str:
        """Return the citation as an entry of BibTeX."""
        fields = {
            # Braces keep an organisation from being taken apart into given and family names.
            "author": f"{{{_escaped(self.author)}}}",
            "title": f"{{{_escaped(self.title)}}}",
            "year": str(self.year),
            "publisher": _escaped(self.publisher),
            "url": self.url,
            "language": self.language,
            "note": _escaped(self.licence),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}\n}}\n"

    def ris(self) -> str:
        """Return the citation as a record of RIS."""
        fields = (
            ("TY", "ELEC"), ("AU", self.author), ("TI", self.title), ("PY", str(self.year)), ("PB", self.publisher),
            ("UR", self.url), ("LA", self.language), ("N1", f"{self.licence} {self.licence_url}"), ("ER", ""),
        )  # fmt: skip
        return "".join(f"{name}  - {_line(value)}\r\n" for name, value in fields)


FORMS: dict[str, tuple[str, Callable[[Citation], str]]] = {
    "bib": ("application/x-bibtex; charset=utf-8", Citation.bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", Citation.ris),
}
"""The forms a citation is saved in, by their endings."""


def citation(
    case: Case, told: Told, organisation: Organisation | None, publisher: str, url: str, licence: str
) -> Citation:
    """Return the citation of a published case; `licence` is what its licence is called."""
    assert case.published_at is not None
    owner = organisation.name if organisation else case.owner_name
    return Citation(
        key=f"koblingsboks-{case.id.hex[:12]}",
        author=_line(owner or publisher),
        title=_line(told.title),
        year=case.published_at.year,
        publisher=publisher,
        url=url,
        licence=licence,
        licence_url=ADDRESSES.get(case.licence, ""),
        language=told.language,
    )


def _line(text: str) -> str:
    """Return a text without what could begin another line."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.translate(SPECIAL)
