#!/bin/sh
# Prints the path of a Chromium that runs, for the browser tests; installs one where it may, else says how.
set -eu

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
ROOT=$(CDPATH='' cd -- "$HERE/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }

runs() { [ -n "$1" ] && "$1" --version >/dev/null 2>&1; }

installed() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        found=$(command -v "${name:-none}" 2>/dev/null) || continue
        if runs "$found"; then
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}

of_playwright() {
    found=$(cd "$ROOT" && sh "$HERE/uv.sh" run --no-sync python -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null) || return 1
    runs "$found" && printf '%s\n' "$found"
}

by_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "Chromium is not here yet: installing Debian's"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 </dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2 </dev/null
}

by_playwright() {
    say "Chromium is not here yet: asking Playwright for one"
    (cd "$ROOT" && sh "$HERE/uv.sh" run --no-sync playwright install chromium >&2 </dev/null)
}

installed || of_playwright || { by_apt && installed; } || { by_playwright && of_playwright; } || {
    say "The browser tests need Chromium. Install it (Debian: apt install chromium; else: uv run playwright install"
    say "--with-deps chromium), or name one in CHROMIUM."
    exit 1
}
