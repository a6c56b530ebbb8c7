"""Sessions, links and keys: what was not signed by us, or not for this, is worth nothing."""

import hmac
import json
import multiprocessing
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.auth import links
from shared.auth.access import admitted
from shared.auth.actor import Actor
from shared.auth.ending import note_ended
from shared.auth.keys import Keyring, keyring
from shared.auth.session import ALGORITHM, LIFETIME, issue, read
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded
from shared.db.session import Database
from shared.ids import new_id
from shared.settings import ServiceSettings
from tests.shared import tiny

OTHER = OKPKey.generate_key("Ed25519")
KEY = b"the key of links"


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    """The keys of a service that signs people in."""
    return keyring(tiny.settings(tmp_path), signs=True)


def private(keys: Keyring) -> OKPKey:
    """Return the signing key."""
    assert keys.private is not None
    return keys.private


def test_a_token_says_who_somebody_is_until_its_time_is_over(keys: Keyring) -> None:
    somebody = tiny.actor(tiny.NATIONAL, tiny.staff_of("nordland"), tiny.member_of(new_id()), name="Kåre Ærlig")
    token = issue(private(keys), somebody)
    found = read(keys.public, token, "session")
    assert found is not None
    assert found[0] == somebody
    assert 0 <= found[1] < 2
    with frozen(now() + LIFETIME + timedelta(seconds=1)):
        assert read(keys.public, token, "session") is None


def test_a_token_of_one_audience_is_none_of_another(keys: Keyring) -> None:
    person, program = tiny.actor(tiny.NATIONAL), tiny.actor(tiny.NATIONAL, by_token=True)
    assert read(keys.public, issue(private(keys), person), "api") is None
    assert read(keys.public, issue(private(keys), program), "session") is None
    found = read(keys.public, issue(private(keys), program), "api")
    assert found is not None
    assert found[0].by_token


def test_a_forged_token_is_worth_nothing(keys: Keyring) -> None:
    somebody = tiny.actor(tiny.NATIONAL)
    token = issue(private(keys), somebody)
    head, body, mark = token.split(".")
    claims = json.loads(urlsafe_b64decode(body + "=="))
    raised = urlsafe_b64encode(json.dumps({**claims, "exp": claims["exp"] + 9}).encode()).decode().rstrip("=")
    nothing = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    hashed = urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    by_public_key = hmac.digest(keys.public.as_pem(private=False), f"{hashed}.{body}".encode(), "sha256")
    forged = [
        issue(OTHER, somebody),
        f"{head}.{raised}.{mark}",
        f"{nothing}.{body}.",
        f"{nothing}.{body}.{mark}",
        f"{hashed}.{body}.{urlsafe_b64encode(by_public_key).decode().rstrip('=')}",
        f"{head}.{body}",
        f"{head}.{body}.{mark}.x",
        "",
        "æøå",
        "....",
    ]
    assert [read(keys.public, each, "session") for each in forged] == [None] * len(forged)


@pytest.mark.parametrize("missing", ["sub", "sid", "name", "grants", "aud", "iat", "exp"])
def test_a_token_of_ours_that_lacks_something_is_worth_nothing(keys: Keyring, missing: str) -> None:
    whole = json.loads(urlsafe_b64decode(issue(private(keys), tiny.actor()).split(".")[1] + "=="))
    part = {name: value for name, value in whole.items() if name != missing}
    token = jwt.encode({"alg": ALGORITHM}, part, private(keys), algorithms=[ALGORITHM])
    assert read(keys.public, token, "session") is None


@given(st.text(max_size=200) | st.text("abcAB01-_.", max_size=200))
def test_no_text_breaks_the_reader_of_tokens(text: str) -> None:
    assert read(OTHER, text, "session") is None


@given(st.text(max_size=80) | st.text("abcAB01-_=", max_size=80))
def test_no_text_breaks_the_reader_of_links(text: str) -> None:
    assert links.read_link(KEY, "leave", text) is None


async def test_an_ended_session_is_remembered_until_its_time_is_over(database: Database) -> None:
    session_id, other = new_id(), new_id()
    fact = SessionEnded(session_id=session_id, expires_at=now() + timedelta(hours=1), version=1)
    for _ in range(2):
        async with database.writing() as session:
            await note_ended(session, fact)
    async with database.reading() as session:
        assert await admitted(session, one_in(session_id)) is None
        assert await admitted(session, one_in(other)) is not None

    later = SessionEnded(session_id=other, expires_at=now() + timedelta(days=1), version=1)
    with frozen(now() + timedelta(hours=2)):
        async with database.writing() as session:
            await note_ended(session, later)
    async with database.reading() as session:
        assert await admitted(session, one_in(session_id)) is not None
        assert await admitted(session, one_in(other)) is None


def one_in(session_id: UUID) -> Actor:
    """Return somebody in a session."""
    return Actor(new_id(), session_id, "Kari Nordmann")


def test_a_link_names_its_person_and_fits_a_header_line() -> None:
    person, about = new_id(), new_id()
    token = links.link_token(KEY, "leave", person, about)
    assert len(token) == 43
    assert links.read_link(KEY, "leave", token, about) == person


def test_a_link_is_good_for_nothing_else() -> None:
    person, about = new_id(), new_id()
    token = links.link_token(KEY, "leave", person, about)
    assert links.read_link(KEY, "answer", token, about) is None
    assert links.read_link(KEY, "leave", token, new_id()) is None
    assert links.read_link(KEY, "leave", token) is None
    assert links.read_link(b"another key", "leave", token, about) is None


def test_a_link_that_was_tampered_with_is_refused() -> None:
    token = links.link_token(KEY, "leave", new_id())
    for place in range(len(token) - 1):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert links.read_link(KEY, "leave", changed) is None
    assert links.read_link(KEY, "leave", token + "AAAA") is None
    assert links.read_link(KEY, "leave", token[:-4]) is None


def test_a_secret_follows_from_the_key_its_purpose_and_what_it_is_about() -> None:
    about = new_id()
    one = links.secret(KEY, "sign-in", about)
    assert one == links.secret(KEY, "sign-in", about)
    others = [
        links.secret(b"x", "sign-in", about),
        links.secret(KEY, "x", about),
        links.secret(KEY, "sign-in", new_id()),
    ]
    assert one not in others


def made_keys(folder: Path) -> tuple[bytes, str]:
    """Return the keys a process makes or finds in `folder`."""
    keys = keyring(ServiceSettings(data=folder), signs=True)
    return keys.link, str(keys.public.thumbprint())


def test_keys_are_made_once_though_eight_processes_ask_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        made = list(pool.map(made_keys, [tmp_path] * 8))
    assert len(set(made)) == 1
    assert len(made[0][0]) >= 32


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    keyring(tiny.settings(tmp_path), signs=True)
    folder = tmp_path / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("link_key", "session_private_key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_process_that_died_while_making_a_key_leaves_none_that_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_size: int) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("secrets.token_urlsafe", dies)
        with pytest.raises(KeyboardInterrupt):
            keyring(tiny.settings(tmp_path))
    assert len(keyring(tiny.settings(tmp_path)).link) >= 32


def test_a_service_that_only_checks_holds_no_private_key(tmp_path: Path) -> None:
    pem = OTHER.as_pem(private=False).decode()
    keys = keyring(tiny.settings(tmp_path, session_public_key=pem, link_key="given"))
    assert keys.private is None
    assert keys.public.thumbprint() == OTHER.thumbprint()
    assert not (tmp_path / "secrets" / "session_private_key").exists()
    assert keyring(replace_settings(tmp_path, pem)).private is None


def replace_settings(tmp_path: Path, pem: str) -> ServiceSettings:
    """Return settings that give both keys, as a service that checks might be handed them."""
    private_pem = OTHER.as_pem(private=True).decode()
    return tiny.settings(tmp_path, session_public_key=pem, session_private_key=private_pem, link_key="given")
