#!/bin/sh
# Runs uv with the given arguments: the one on PATH when it is recent enough, else a private copy in .tools/.
# Needs only Python 3 and a package index; says what is missing otherwise.
set -eu

VERSION=0.13.9
OLDEST_MINOR=9 # of 0.x: older ones do not read the lock file
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
TOOLS=${KOBLINGSBOKS_TOOLS:-$ROOT/.tools}

say() { printf '%s\n' "$*" >&2; }

recent() {
    command -v "$1" >/dev/null 2>&1 || return 1
    seen=$("$1" --version 2>/dev/null | sed -n 's/^uv \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    [ -n "$seen" ] || return 1
    [ "${seen% *}" -gt 0 ] || [ "${seen#* }" -ge "$OLDEST_MINOR" ]
}

private() {
    for found in "$TOOLS/uv/bin/uv" "$TOOLS/uv-target/bin/uv"; do
        if recent "$found"; then
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}

by_venv() {
    rm -rf "$TOOLS/uv"
    python3 -m venv "$TOOLS/uv" >&2 && "$TOOLS/uv/bin/python" -m pip install -qq "uv==$VERSION" >&2
}

by_target() {
    rm -rf "$TOOLS/uv-target"
    python3 -m pip install -qq --target "$TOOLS/uv-target" "uv==$VERSION" >&2
}

install_private() {
    if ! command -v python3 >/dev/null 2>&1; then
        say "Python 3.11 or newer is needed. Install it (Debian, Ubuntu: apt install python3 python3-venv), or install uv."
        return 1
    fi
    say "uv is not here yet: a private copy goes into $TOOLS"
    mkdir -p "$TOOLS"
    by_venv || by_target || {
        say "uv could not be installed. This Python lacks venv or pip (Debian, Ubuntu: apt install python3-venv),"
        say "or the package index is out of reach. Or install uv $VERSION by hand and put it on PATH."
        return 1
    }
}

if recent "${UV:-uv}"; then
    uv=${UV:-uv}
elif ! uv=$(private); then
    install_private
    uv=$(private)
fi
exec "$uv" "$@"
