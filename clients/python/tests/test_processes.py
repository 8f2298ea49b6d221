"""The queue in processes that end, fork, or are gunicorn's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import httpx
import pytest

from driftgauge import Client, Limits
from support import Listener, Service, status, until

SOURCES = Path(__file__).parents[1] / "src"


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCES), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


LOG_AND_END = """
import driftgauge
model = driftgauge.Client().model("m")
for i in range(1000):
    model.log(id=i, features={"hour": 17}, score=0.5)
"""


def test_the_end_of_a_process_waits_for_its_events(service: Service) -> None:
    name = service.declare("exit")
    ended = run(LOG_AND_END.replace('"m"', '"exit"'), DRIFTGAUGE_URL=service.url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert service.stored(name, range(1_000))["predictions"] == 1_000


def test_so_does_one_that_ends_with_an_error(listener: Listener) -> None:
    ended = run(LOG_AND_END + "\nraise SystemExit(3)", DRIFTGAUGE_URL=listener.url)
    assert ended.returncode == 3
    assert len(listener.events(0)) == 1_000


def test_the_end_is_not_delayed_for_long_by_a_service_that_is_down(listener: Listener) -> None:
    listener.answers = [status(503)] * 1_000
    code = LOG_AND_END.replace("Client()", "Client(limits=driftgauge.Limits(exit_timeout=1))")
    started = time.monotonic()
    ended = run(code, DRIFTGAUGE_URL=listener.url)
    assert time.monotonic() - started < 10
    assert ended.returncode == 0
    assert "1000 events were not sent in time" in ended.stderr


@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_logged_while_the_interpreter_ends_is_sent_or_said(listener: Listener, is_first: bool) -> None:
    register = 'atexit.register(lambda: client.model("m").log(id=1))'
    code = """
import atexit
{}
import driftgauge
client = driftgauge.Client()
{}
""".format(*(register, "") if is_first else ("", register))
    ended = run(code, DRIFTGAUGE_URL=listener.url)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert len(listener.heard) == 1 or "are lost" in ended.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_sends_its_own_events_and_not_those_of_its_parent(listener: Listener) -> None:
    with Client(listener.url, limits=Limits(linger=1)) as client:
        model = client.model("m")
        model.log(id="before")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks with threads, which is what is tried
            child = os.fork()
        if child == 0:
            model.log(id="child")
            is_sent = client.flush(10)
            os._exit(0 if is_sent and client.stats.logged == client.stats.accepted == 1 else 1)
        model.log(id="parent")
        _, ended = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(ended) == 0
    sent = [event["id"] for request in range(len(listener.heard)) for event in listener.events(request)]
    assert sorted(sent) == ["before", "child", "parent"]
    assert client.stats.accepted == 2


APP = """
import os, driftgauge
client = driftgauge.Client(limits=driftgauge.Limits(linger=60))
model = client.model("m")
model.log(id="master")

def app(environ, start_response):
    model.log(id=f"{os.getpid()}-{environ['QUERY_STRING']}")
    start_response("200 OK", [("content-type", "text/plain")])
    return [str(os.getpid()).encode()]
"""


def test_workers_of_gunicorn_send_what_they_logged_when_they_end(listener: Listener, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    socket = tmp_path / "socket"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:app", "--preload", "--workers=2", f"--bind=unix:{socket}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCES), "DRIFTGAUGE_URL": listener.url},
        stderr=subprocess.PIPE,
    )
    try:
        until(socket.exists)
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket), retries=3)) as http:
            asked = [f"{http.get(f'http://app/?{i}').text}-{i}" for i in range(20)]
    finally:
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=30)
    sent = [event["id"] for request in range(len(listener.heard)) for event in listener.events(request)]
    assert sorted(sent) == sorted(["master", *asked]), stderr.decode()
