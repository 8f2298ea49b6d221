"""What the service itself signs and sends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

import driftgauge
from driftgauge import InvalidWebhook, Retraining, webhooks
from support import Listener, Service, status, until

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, ok").decode()


@pytest.fixture
def receiver(service: Service, listener: Listener) -> Listener:
    service.call(
        "POST", "/channels", {"name": "receiver", "webhook": {"url": f"{listener.url}/", "secret": SECRET}}
    )
    return listener


def test_a_message_of_the_service_is_genuine(service: Service, receiver: Listener) -> None:
    assert service.call("POST", "/channels/receiver/test")["delivered"]
    _, headers, body = receiver.heard[0]
    assert webhooks.verify(headers, body, SECRET) == json.loads(body)
    assert webhooks.verify(headers, body.decode(), SECRET)["type"]
    for secret in ("other-secret", SECRET[:-4] + "AAA=", ""):
        with pytest.raises(InvalidWebhook):
            webhooks.verify(headers, body, secret)
    with pytest.raises(InvalidWebhook, match="not signed"):
        webhooks.verify(headers, body + b" ", SECRET)
    assert Retraining.from_webhook(headers, body, SECRET) is None


def signed(body: bytes, secret: bytes, age: float = 0) -> dict[str, str]:
    stamp = str(int(time.time() - age))
    digest = hmac.new(secret, f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": "v1," + base64.b64encode(digest).decode(),
    }


@pytest.mark.parametrize("age", [400, -400])
def test_an_old_one_is_refused(age: float) -> None:
    headers = signed(b"{}", b"plain", age)
    with pytest.raises(InvalidWebhook, match="away from the clock"):
        webhooks.verify(headers, b"{}", "plain")
    assert webhooks.verify(headers, b"{}", "plain", tolerance=500) == {}


def test_one_of_several_signatures_is_enough() -> None:
    headers = signed(b"{}", b"new")
    headers["Webhook-Signature"] = f"v1,AAAA v2,ß {headers['Webhook-Signature']}"
    assert webhooks.verify(headers, b"{}", "new") == {}
    with pytest.raises(InvalidWebhook):
        webhooks.verify(headers, b"{}", "old")


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_header_that_is_missing_or_malformed_is_refused(name: str) -> None:
    headers = signed(b"{}", b"plain")
    with pytest.raises(InvalidWebhook):
        webhooks.verify({**headers, name: ""}, b"{}", "plain")
    del headers[name]
    with pytest.raises(InvalidWebhook):
        webhooks.verify(headers, b"{}", "plain")


def test_a_broken_secret_is_refused() -> None:
    with pytest.raises(InvalidWebhook, match="not base64"):
        webhooks.verify(signed(b"{}", b"x"), b"{}", "whsec_???")


def test_a_retraining_is_received_and_reported_on(
    service: Service, model: driftgauge.Model, receiver: Listener
) -> None:
    receiver.answers = [status(202)] * 10
    service.call("POST", "/monitors", {"name": model.name, "model": model.name, "retrain": {"target": "receiver"}})
    ids = []
    for outcome in ("succeeded", "failed"):
        ids.append(service.call("POST", "/retrains", {"monitor": model.name})["id"])
        _, headers, body = until(lambda: next((h for h in receiver.heard if ids[-1].encode() in h[2]), None))
        retraining = Retraining.from_webhook(headers, body, SECRET)
        assert retraining is not None
        assert (retraining.id, retraining.model, retraining.kind) == (ids[-1], model.name, "manual")
        assert retraining.from_ < retraining.to
        assert retraining.data["callback"]["token"] not in repr(retraining)
        retraining.running("on a GPU")
        assert service.call("GET", f"/retrains/{retraining.id}")["status"] == "running"
        if outcome == "succeeded":
            retraining.succeeded("4")
        else:
            retraining.failed("CUDA is out of memory. " + "x" * 5_000)
        found = service.call("GET", f"/retrains/{retraining.id}")
        assert found["status"] == outcome
        assert found["version"] == ("4" if outcome == "succeeded" else None)
        with pytest.raises(driftgauge.Conflict):
            retraining.failed("no") if outcome == "succeeded" else retraining.succeeded("5")
    assert [one["status"] for one in model.retrainings()] == ["failed", "succeeded"]


def test_what_is_no_retraining_is_an_error() -> None:
    with pytest.raises(driftgauge.ConfigurationError, match="training"):
        Retraining.from_data({"id": "1"})
