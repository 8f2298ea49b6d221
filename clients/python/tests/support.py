"""A real service in a process of its own, and servers for what a real one cannot be made to do."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Optional

import httpx

ROOT = Path(__file__).parents[3]
CLI = os.environ.get("DRIFTGAUGE_CLI") or f"node {shlex.quote(str(ROOT / 'dist/main.js'))}"
FLIGHTS = {
    "name": "flights",
    "task": "binary",
    "positive": "late",
    "features": {"hour": "numeric", "origin": "categorical"},
}


class Service:
    """`driftgauge serve` on a port of loopback, with a data directory of its own."""

    def __init__(self, directory: Path, environment: Optional[dict[str, str]] = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._directory = directory
        self._environment = environment or {}
        self._process: Optional[subprocess.Popen[str]] = None

    def start(self) -> Service:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DRIFTGAUGE")}
        self._process = subprocess.Popen(
            [*shlex.split(CLI), "serve"],
            cwd=ROOT,
            env={
                **inherited,
                "PORT": str(self.port),
                "DRIFTGAUGE_DATA": str(self._directory),
                **self._environment,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        output = self._process.stdout
        said = []
        for line in output:
            said.append(line)
            if line.startswith("ready: "):
                threading.Thread(target=output.read, daemon=True).start()
                return self
        self.stop()
        raise AssertionError(f"the service ended: {''.join(said)}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = httpx.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=60)
        assert response.is_success, response.text
        return response.json()

    def declare(self, name: str, **changes: Any) -> str:
        self.call("POST", "/models", {**FLIGHTS, "name": name, **changes})
        return name

    def stored(self, model: str, ids: Sequence[Any]) -> dict[str, int]:
        """How many predictions and labels are stored under these ids."""
        counted: dict[str, int] = {}
        for start in range(0, len(ids), 10_000):
            body = {"ids": [str(one) for one in ids[start : start + 10_000]], "dry_run": True}
            answer = self.call("POST", f"/models/{model}/erase", body)
            for name in ("predictions", "labels", "waiting_labels", "reference_features"):
                counted[name] = counted.get(name, 0) + answer[name]
        return counted


def until(condition: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What the condition returns once that is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "that did not come true in time"
        time.sleep(0.1)
    return found


Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request to a :class:`Listener`."""

    server: Listener

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        if "arrow" in self.headers["content-type"]:  # as a service of an earlier release
            self.server.arrow_refused += 1
            self.reply(415, {"title": "Unsupported media type", "detail": "The route does not take this type."})
            return
        body = gzip.decompress(raw) if self.headers.get("content-encoding") == "gzip" else raw
        answer = self.server.hear(self.path, dict(self.headers), body)
        answer(self)

    def reply(self, status: int, body: Any, **headers: str) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Listener(ThreadingHTTPServer):
    """Answers as it is told, and accepts everything once it is told nothing more."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.times: list[float] = []
        self.answers: list[Answer] = []
        self.arrow_refused = 0

    def hear(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        self.times.append(time.monotonic())
        self.heard.append((path, headers, body))
        return self.answers.pop(0) if self.answers else accept_all

    def events(self, request: int) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.heard[request][2].splitlines()]


def accept_all(request: Handler) -> None:
    lines = request.server.heard[-1][2].count(b"\n") + 1
    request.reply(200, {"accepted": lines, "rejected": 0, "rejections": [], "warnings": []})


def status(code: int, detail: str = "later", **headers: str) -> Answer:
    return lambda request: request.reply(
        code, {"title": "Problem", "detail": detail, "request_id": "1"}, **headers
    )


def reset(request: Handler) -> None:
    """Breaks the connection off with a reset."""
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    request.close_connection = True
    request.connection.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
