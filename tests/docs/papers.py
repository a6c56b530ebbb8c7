"""The papers, cut into what tests look at: links, headings, code spans and lines of code blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("*.md", "docs/**/*.md", "deploy/demo/data/*.md")
PAPERS = sorted({path.relative_to(ROOT).as_posix() for place in PLACES for path in ROOT.glob(place)})
GITHUB_DROPS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Paper:
    """One Markdown file. `prose` is its text without code blocks, `blocks` their lines, with `\\` at line ends joined."""

    path: str
    prose: str
    blocks: list[str]

    @property
    def links(self) -> list[str]:
        """The targets of its links and pictures."""
        return re.findall(r"\]\(([^)\s]+)\)", self.prose)

    @property
    def spans(self) -> list[str]:
        """What stands between single backticks."""
        return re.findall(r"`([^`\n]+)`", " ".join(self.prose.split("\n")))

    @property
    def anchors(self) -> set[str]:
        """The anchors its headings get on the web."""
        headings = re.findall(r"(?m)^#+ (.+)$", self.prose)
        return {GITHUB_DROPS.sub("", heading.strip().lower()).replace(" ", "-") for heading in headings}


def paper(path: str) -> Paper:
    """Read the paper at `path` from the root."""
    prose: list[str] = []
    blocks: list[str] = []
    inside = False
    for line in (ROOT / path).read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
        else:
            (blocks if inside else prose).append(line)
    return Paper(path, "\n".join(prose), blocks)


def papers() -> Iterator[Paper]:
    """Read them all."""
    return (paper(path) for path in PAPERS)
