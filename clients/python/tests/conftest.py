from __future__ import annotations

from collections.abc import Iterator

import pytest

import driftgauge
from driftgauge import _retry
from support import Listener, Service, listening


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    running = Service(tmp_path_factory.mktemp("data"), {"DRIFTGAUGE_WEBHOOK_ALLOW": "127.0.0.1"}).start()
    yield running
    running.stop()


@pytest.fixture
def client(service: Service) -> Iterator[driftgauge.Client]:
    with driftgauge.Client(service.url, limits=driftgauge.Limits(linger=0.05)) as connected:
        yield connected


@pytest.fixture
def model(request: pytest.FixtureRequest, service: Service, client: driftgauge.Client) -> driftgauge.Model:
    """A model of its own for each test."""
    name = request.node.name.replace("[", "-").replace("]", "")[:60]
    return client.model(service.declare(name))


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listens:
        yield listens


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a minute takes a second."""
    monkeypatch.setattr(_retry, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(_retry, "LONGEST_DELAY", 0.5)
