from __future__ import annotations

from pathlib import Path

import pytest

from driftgauge import Client, ConfigurationError
from driftgauge._http import seconds_of
from driftgauge._settings import service_key, service_url


def test_address_and_key_come_from_the_environment(tmp_path: Path) -> None:
    assert (
        service_url(None, {"DRIFTGAUGE_URL": "https://drift.example.com/base/"})
        == "https://drift.example.com/base"
    )
    assert service_url("http://127.0.0.1:1", {"DRIFTGAUGE_URL": "https://other"}) == "http://127.0.0.1:1"
    file = tmp_path / "key"
    file.write_text("from-a-file\n")
    assert service_key(None, {"DRIFTGAUGE_API_KEY_FILE": str(file)}) == "from-a-file"
    assert service_key(None, {"DRIFTGAUGE_API_KEY": "k"}) == "k"
    assert service_key("given", {"DRIFTGAUGE_API_KEY": "k"}) == "given"
    assert service_key(None, {"DRIFTGAUGE_API_KEY": ""}) is None


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://host", "http://", "http://user:secret@host"])
def test_an_unusable_address_is_said_without_its_secret(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        service_url(url, {})
    assert "secret" not in str(refused.value)


def test_an_unusable_key_is_said_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Client("http://127.0.0.1:1", "ключ")
    assert "ключ" not in str(refused.value)
    with pytest.raises(ConfigurationError, match="not both"):
        service_key(None, {"DRIFTGAUGE_API_KEY": "a", "DRIFTGAUGE_API_KEY_FILE": "b"})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        service_key(None, {"DRIFTGAUGE_API_KEY_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("5", 5.0), ("-1", 0.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float) -> None:
    assert seconds_of(header) == seconds
