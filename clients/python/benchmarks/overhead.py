"""How long `model.log` keeps its caller, at 1,000 events a second: the service up, slow, and down.

python benchmarks/overhead.py URL    # a service; the model "overhead" is declared there
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

import driftgauge

FEATURES = 20
RATE = 1_000


class Slow(BaseHTTPRequestHandler):
    """Takes five seconds for each request."""

    def do_POST(self) -> None:
        """Accepts everything, late."""
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(5)
        body = b'{"accepted":0,"rejected":0,"rejections":[],"warnings":[]}'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def slow_service() -> Iterator[str]:
    """A server that is slow."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def features() -> dict[str, object]:
    """Twenty features as a service has them: numbers of Python and numpy, and text."""
    values: dict[str, object] = {f"number_{i}": i * 1.37 for i in range(FEATURES // 2)}
    values.update({f"numpy_{i}": np.float32(i * 1.37) for i in range(FEATURES // 4)})
    values.update({f"text_{i}": f"category {i}" for i in range(FEATURES // 4)})
    return values


def measure(url: str, seconds: float) -> list[float]:
    """Microseconds that each call took, at a steady rate."""
    took: list[float] = []
    values = features()
    with driftgauge.Client(url, limits=driftgauge.Limits(exit_timeout=0)) as client:
        model = client.model("overhead")
        start = time.perf_counter()
        for i in range(int(RATE * seconds)):
            time.sleep(max(0.0, start + i / RATE - time.perf_counter()))
            before = time.perf_counter_ns()
            model.log(id=i, features=values, prediction="late", score=0.61, version="3")
            took.append((time.perf_counter_ns() - before) / 1_000)
    return took


def declare(url: str) -> None:
    """Declares the model that the events are of."""
    kinds = {name: "categorical" if isinstance(value, str) else "numeric" for name, value in features().items()}
    with driftgauge.Client(url) as client:
        client.apply({"models": [{"name": "overhead", "task": "binary", "positive": "late", "features": kinds}]})


def main() -> None:
    """Prints the median and the 99th percentile of each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    declare(given.url)
    with socket.socket() as unused, slow_service() as slow:
        unused.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for name, url in (("up", given.url), ("slow", slow), ("down", down)):
            took = measure(url, given.seconds)
            median, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
            print(
                f"{name:<5} {len(took)} events  median {median:.1f} µs  p99 {p99:.1f} µs  most {max(took):.0f} µs"
            )


if __name__ == "__main__":
    main()
