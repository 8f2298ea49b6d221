from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from driftgauge import Client, Limits
from support import Handler, Listener, Service, accept_all, reset, status, until

pytestmark = pytest.mark.usefixtures("impatient")


def test_nothing_is_lost_while_the_service_is_down(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    service = Service(tmp_path).start()
    try:
        name = service.declare("flights")
        with Client(service.url, limits=Limits(queue_events=3_000, linger=0.05)) as client:
            model = client.model(name)
            model.log(id="before", score=0.5)
            assert client.flush()
            service.stop()
            for i in range(3_000):
                model.log(id=i, score=0.5)
            until(lambda: client.stats.retries >= 3)
            assert not client.flush(0.1)
            for i in range(100):
                model.log(id=f"late-{i}", score=0.5)
            assert dict(client.stats.dropped) == {"queue_full": 100}
            service.start()
            assert client.flush(30)
            stats = client.stats
            assert (stats.accepted, stats.queued, stats.queued_bytes) == (3_001, 0, 0)
            assert stats.logged == stats.accepted + sum(stats.dropped.values())
        assert service.stored(name, ["before", *range(3_000)])["predictions"] == 3_001
    finally:
        service.stop()
    said = [record.message for record in caplog.records if record.name == "driftgauge"]
    assert sum("queue of events is full" in line for line in said) == 1
    assert sum("Events wait" in line for line in said) >= 1


def test_a_queue_is_bounded_by_bytes(listener: Listener) -> None:
    listener.answers = [status(503)] * 1_000
    with Client(listener.url, limits=Limits(queue_bytes=10_000, exit_timeout=0)) as client:
        for i in range(100):
            client.model("m").log(id=i, features={"text": "x" * 1_000})
        assert client.stats.queued_bytes <= 10_000
        assert client.stats.dropped["queue_full"] >= 90
    assert sum(client.stats.dropped.values()) == 100


def test_a_full_queue_is_said_again_after_a_minute(
    listener: Listener, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.answers = [status(503)] * 1_000
    with Client(listener.url, limits=Limits(queue_events=1, exit_timeout=0)) as client:
        model = client.model("m")
        for _ in range(10):
            model.log(id=1)
        now = time.monotonic()
        monkeypatch.setattr("driftgauge._sender.time.monotonic", lambda: now + 61)
        for _ in range(10):
            model.log(id=1)
    full = [record.message for record in caplog.records if "queue of events is full" in record.message]
    assert [line.split(": ")[1].split()[0] for line in full] == ["1", "10"]


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504, 507])
def test_what_may_succeed_later_is_sent_again(listener: Listener, code: int) -> None:
    listener.answers = [status(code), status(code)]
    with Client(listener.url, limits=Limits(linger=0)) as client:
        client.model("m").log(id=1)
        assert client.flush()
    assert [body for _, _, body in listener.heard] == [listener.heard[0][2]] * 3
    assert (client.stats.accepted, client.stats.requests, client.stats.retries) == (1, 3, 2)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 415, 307])
def test_what_is_refused_for_good_is_not_sent_again(listener: Listener, code: int) -> None:
    listener.answers = [status(code, "no")]
    with Client(listener.url, limits=Limits(linger=0)) as client:
        client.model("m").log(id=1)
        assert client.flush()
        assert len(listener.heard) == 1
    assert dict(client.stats.dropped) == {"refused": 1}
    assert [reason for reason in client.stats.reasons if reason.startswith(str(code))] != []


def test_a_service_is_given_the_time_that_it_asks_for(listener: Listener) -> None:
    listener.answers = [status(429, retry_after="1")]
    with Client(listener.url, limits=Limits(linger=0)) as client:
        client.model("m").log(id=1)
        assert client.flush()
    first, second = listener.times
    assert 1.0 <= second - first < 3


def test_a_broken_connection_is_made_again(listener: Listener) -> None:
    listener.answers = [reset, reset]
    with Client(listener.url, limits=Limits(linger=0)) as client:
        client.model("m").log(id=1)
        assert client.flush()
    assert (client.stats.accepted, len(listener.heard)) == (1, 3)


def test_an_answer_that_does_not_come_is_not_waited_for_without_end(listener: Listener) -> None:
    def slow(request: Handler) -> None:
        time.sleep(1)
        accept_all(request)

    listener.answers = [slow]
    with Client(listener.url, timeout=0.2, limits=Limits(linger=0)) as client:
        started = time.perf_counter()
        client.model("m").log(id=1)
        assert time.perf_counter() - started < 0.1
        assert client.flush()
    assert client.stats.accepted == 1
    assert client.stats.retries >= 1


def test_closing_ends_in_time_and_says_what_is_lost(listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    listener.answers = [status(503, retry_after="3600")] * 1_000
    client = Client(listener.url, limits=Limits(linger=0))
    for i in range(7):
        client.model("m").log(id=i)
    until(lambda: listener.heard)
    started = time.monotonic()
    client.close(timeout=1)
    assert time.monotonic() - started < 2
    assert (dict(client.stats.dropped), client.stats.queued) == ({"closed": 7}, 0)
    assert "7 events were not sent in time" in caplog.text


def test_closing_tries_once_more_if_the_service_is_back(listener: Listener) -> None:
    listener.answers = [status(503, retry_after="3600")]
    client = Client(listener.url, limits=Limits(linger=0))
    client.model("m").log(id=1)
    until(lambda: listener.heard)
    client.close(timeout=5)
    assert client.stats.accepted == 1


def test_a_server_that_is_another_one_loses_no_later_events(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    listener.answers = [lambda request: request.reply(200, ["what"])]
    with Client(listener.url, limits=Limits(linger=0)) as client:
        client.model("m").log(id=1)
        assert client.flush()
        client.model("m").log(id=2)
        assert client.flush()
    assert (client.stats.accepted, dict(client.stats.dropped)) == (1, {"refused": 1})
