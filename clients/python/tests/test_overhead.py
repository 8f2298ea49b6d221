from __future__ import annotations

import statistics
import time

from driftgauge import Client, Limits
from support import Listener, status


def test_logging_takes_less_than_50_microseconds_at_the_median(listener: Listener) -> None:
    """Whether or not the service takes the events; benchmarks/overhead.py measures it at a steady rate."""
    listener.answers = [status(503)] * 1_000
    features = {f"feature_{i}": i * 1.37 if i % 2 else f"category {i}" for i in range(20)}
    took = []
    with Client(listener.url, limits=Limits(exit_timeout=0)) as client:
        model = client.model("m")
        for i in range(5_000):
            before = time.perf_counter_ns()
            model.log(id=i, features=features, prediction="late", score=0.61, version="3")
            took.append(time.perf_counter_ns() - before)
    assert statistics.median(took) < 50_000
