"""Where a command takes its settings from: the environment first, then what `up` wrote into the data folder."""

from pathlib import Path

import pytest

from deploy import installation
from deploy.installation import Installation
from services.notifier.settings import NotifierSettings


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("KOBLINGSBOKS_SMTP_URL", "SMTP_URL", "KOBLINGSBOKS_NATS_URL"):
        monkeypatch.delenv(name, raising=False)
    Installation("http://here", "nats://kept:1", "http://meili", "i", "s", "smtp://mailbox:2525").write(tmp_path)
    return tmp_path


def smtp_url(data: Path) -> str:
    settings = installation.settings("notifier", data)
    assert isinstance(settings, NotifierSettings)
    return settings.smtp_url.get_secret_value()


def test_mail_goes_to_the_mailbox_unless_said_otherwise(data: Path) -> None:
    assert smtp_url(data) == "smtp://mailbox:2525"


def test_a_real_relay_is_named_by_smtp_url(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://relay.example.org:587")
    assert smtp_url(data) == "smtp://relay.example.org:587"


def test_the_name_with_the_prefix_comes_first(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://other.example.org:25")
    monkeypatch.setenv("KOBLINGSBOKS_SMTP_URL", "smtp://relay.example.org:587")
    assert smtp_url(data) == "smtp://relay.example.org:587"


def test_the_environment_comes_before_the_folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.common(data).nats_url == "nats://kept:1"
    monkeypatch.setenv("KOBLINGSBOKS_NATS_URL", "nats://given:2")
    assert installation.common(data).nats_url == "nats://given:2"


def test_what_up_wrote_is_read_by_its_owner_alone(data: Path) -> None:
    assert (data / installation.FILE).stat().st_mode & 0o077 == 0
