"""Catalogues: `python -m deploy.translations` collects the interface strings and keeps what is translated already.

Interface strings are written in bokmål where they are used; each part of the system has its own catalogues in nynorsk and English.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from shared.contracts.catalogue import SERVICES
from shared.contracts.vocabulary import Language

ROOT = Path(__file__).parents[1]
LANGUAGES: tuple[Language, ...] = ("nn", "en")
METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
TEMPLATE_OPTIONS = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "true"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True)
class Part:
    """One part of the system with catalogues of its own: where its strings stand, and where its `locale` folder is."""

    name: str
    sources: tuple[Path, ...]
    locale: Path

    def file(self, language: Language) -> Path:
        """Return the catalogue in `language`."""
        return self.locale / language / "LC_MESSAGES" / "messages.po"

    def strings(self) -> Catalog:
        """Return every interface string of the sources."""
        found = Catalog(project="Koblingsboks", charset="utf-8", fuzzy=False)
        for source in self.sources:
            for name, line, message, comments, context in _extracted(source):
                place = (source / name).relative_to(ROOT).as_posix()
                found.add(message, None, [(place, line)], auto_comments=comments, context=context)
        return found

    def kept(self, language: Language) -> Catalog:
        """Return the catalogue as it stands, or an empty one."""
        file = self.file(language)
        if not file.exists():
            return Catalog(locale=language)
        with file.open("rb") as stream:
            return read_po(stream, locale=language)


def parts() -> list[Part]:
    """Return the parts: the library, the mailbox and every service there is."""
    mailbox = ROOT / "deploy" / "embedded" / "mailbox"
    services = [ROOT / "services" / name for name in SERVICES]
    return [
        Part("shared", (ROOT / "shared",), ROOT / "shared" / "web" / "locale"),
        Part("mailbox", (mailbox,), mailbox / "locale"),
        *(Part(folder.name, (folder,), folder / "locale") for folder in services if folder.is_dir()),
    ]


def update(part: Part) -> dict[Language, int]:
    """Write the part's catalogues anew with what is translated already; returns how many strings lack a translation."""
    strings, lacking = part.strings(), {}
    for language in LANGUAGES:
        catalogue = Catalog(locale=language, project="Koblingsboks", charset="utf-8", fuzzy=False)
        kept = part.kept(language)
        for message in strings:
            if message.id:
                before = kept.get(message.id, message.context)
                catalogue.add(
                    message.id,
                    before.string if before and _counted(before) == _counted(message) else None,
                    message.locations,
                    auto_comments=message.auto_comments,
                    context=message.context,
                )
        _write(catalogue, part.file(language))
        lacking[language] = sum(not translated(message.string) for message in catalogue if message.id)
    return lacking


def _counted(message: Message) -> bool:
    return isinstance(message.string, tuple | list)


def translated(string: object) -> bool:
    """Whether a message's translation is there, in all its plural forms."""
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _write(catalogue: Catalog, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write(_head(catalogue).encode())
        write_po(stream, catalogue, width=120, sort_output=True, omit_header=True, include_lineno=False)


def _head(catalogue: Catalog) -> str:
    # Without dates and tools, so that the file changes only when its strings do.
    wanted = {"Language": str(catalogue.locale), "Content-Type": "text/plain; charset=utf-8"}
    wanted["Plural-Forms"] = catalogue.plural_forms
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in wanted.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'


def _extracted(source: Path) -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    return extract_from_dir(
        source, METHODS, {"**": {}, "**.html": TEMPLATE_OPTIONS, "**.txt": TEMPLATE_OPTIONS}, KEYWORDS
    )


def main() -> int:
    """Update the catalogues of the parts named, or of all; says what is left to translate."""
    known = {part.name: part for part in parts()}
    parser = argparse.ArgumentParser(prog="python -m deploy.translations", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one or more of {', '.join(known)}; all where none is named")
    for name in parser.parse_args().part or known:
        lacking = update(known[name])
        sys.stdout.write(f"{name}: {', '.join(f'{language} lacks {many}' for language, many in lacking.items())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
