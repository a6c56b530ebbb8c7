"""What an extra of ours installs, read from pyproject.toml and from what is installed."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from packaging.requirements import Requirement

from tests.architecture.code import ROOT

OURS = {"shared", "services", "deploy", "tests"}


def foreign_packages(extra: str) -> set[str]:
    """Return the importable packages that are installed here, and would not be with this extra alone."""
    installed = installed_by(extra)
    return {
        package
        for package, distributions in packages_distributions().items()
        if package not in OURS and not installed & {_plain(name) for name in distributions}
    }


def installed_by(extra: str) -> set[str]:
    """Return the distributions that come with this extra, all they need included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"], *project["optional-dependencies"][extra]]
    found: set[str] = set()
    waiting = [Requirement(text) for text in texts]
    while waiting:
        wanted = waiting.pop()
        key = _plain(wanted.name) + "".join(sorted(f"[{name}]" for name in wanted.extras))
        if key not in found:
            found |= {key, _plain(wanted.name)}
            waiting += _needed_by(wanted)
    return found


def _needed_by(wanted: Requirement) -> list[Requirement]:
    try:
        stated = [Requirement(text) for text in requires(wanted.name) or []]
    except PackageNotFoundError:
        return []
    chosen = wanted.extras or {""}
    return [each for each in stated if not each.marker or any(each.marker.evaluate({"extra": one}) for one in chosen)]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
