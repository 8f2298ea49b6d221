"""The queue of logged events, and the thread that sends them."""

from __future__ import annotations

import atexit
import gzip
import logging
import os
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ._http import Http
from ._retry import delay_before, may_succeed_later
from ._stats import Stats
from .errors import ApiError, DriftgaugeError

log = logging.getLogger("driftgauge")

BATCH_EVENTS = 2_000
BATCH_BYTES = 1_000_000
WARN_EVERY = 60.0
CLOSING_DELAY = 0.5

Queues = dict[str, list[bytes]]
_senders: weakref.WeakSet[Sender] = weakref.WeakSet()


@dataclass(frozen=True)
class Limits:
    """How much a client keeps in memory, and how long it waits."""

    queue_events: int = 100_000
    """Events that may wait. Further ones are dropped and counted."""
    queue_bytes: int = 64_000_000
    """Bytes that they may have, as JSON."""
    linger: float = 1.0
    """Seconds that an event waits for others to be sent with it."""
    exit_timeout: float = 5.0
    """Seconds for which the end of the process is delayed at most, while events are sent."""


class Sender:
    """Sends lines of NDJSON in the background, and tries each batch until the service takes or refuses it."""

    def __init__(self, http: Http, limits: Limits) -> None:
        self.limits = limits
        self._http = http
        self._closing = False
        self.forget()
        _senders.add(self)

    def forget(self) -> None:
        """Begins anew, as in a process that was forked: what was queued is the parent's to send."""
        self._changed = threading.Condition(threading.Lock())
        self._waiting: Queues = {}
        self._settled = 0
        self._flush_to = 0
        self._out_of_time = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._stats = Stats()
        self._warned_full: Optional[float] = None
        self._warned: set[str] = set()

    @property
    def stats(self) -> Stats:
        """The counts as they are now."""
        with self._changed:
            return self._stats.copy()

    def put(self, path: str, line: bytes) -> None:
        """Queues an event, or drops it if there is no room. Never waits for the service."""
        with self._changed:
            stats = self._stats
            stats.logged += 1
            cause = self._cause_to_drop(len(line))
            if cause is not None:
                stats.dropped[cause] += 1
            else:
                self._waiting.setdefault(path, []).append(line)
                stats.queued += 1
                stats.queued_bytes += len(line)
                # Not every event wakes the thread, which lingers after the first one.
                if stats.queued == 1 or stats.queued % BATCH_EVENTS == 0:
                    self._changed.notify_all()
                if self._thread is None:
                    self._start()
        # Not within the lock: whoever handles the warning may log an event.
        if cause == "queue_full":
            self._warn_full(stats.dropped["queue_full"])
        elif cause == "closed" and stats.dropped["closed"] == 1:
            log.warning("Events that are logged after the client was closed are lost.")

    def _cause_to_drop(self, size: int) -> Optional[str]:
        """Why an event of this size cannot be queued, if so."""
        if self._closing:
            return "closed"
        has_room = self._stats.queued < self.limits.queue_events
        return None if has_room and self._stats.queued_bytes + size <= self.limits.queue_bytes else "queue_full"

    def drop_unusable(self, reason: str) -> None:
        """Counts an event that cannot be queued, because it cannot be written as JSON."""
        with self._changed:
            self._stats.logged += 1
            new = self._stats.count_lost("unusable", reason, 1)
        _tell(new)

    def flush(self, timeout: Optional[float]) -> bool:
        """Waits until everything queued so far is stored or refused. Returns False if time ran out."""
        with self._changed:
            target = self._settled + self._stats.queued
            self._flush_to = max(self._flush_to, target)
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._settled >= target, timeout)

    def close(self, timeout: Optional[float]) -> None:
        """Sends what is queued for up to ``timeout`` seconds. What is left then is dropped, counted and logged."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
            self._out_of_time.set()
        with self._changed:
            lost = self._drop_rest()
        if lost > 0:
            log.warning("%d events were not sent in time before the end, and are lost.", lost)

    def _drop_rest(self) -> int:
        lost = self._stats.queued
        self._waiting.clear()
        self._stats.leave_queue(lost, self._stats.queued_bytes)
        if lost > 0:
            self._stats.dropped["closed"] += lost
        return lost

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="driftgauge", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # The interpreter is ending.
            self._closing = True
            self._drop_rest()
            return
        self._thread = thread

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                self._changed.wait_for(self._is_due, self.limits.linger)
                taken, self._waiting = self._waiting, {}
            if not taken:
                return
            for path, lines in _batches(taken):
                if not self._send(path, lines):
                    return

    def _is_due(self) -> bool:
        return self._closing or self._stats.queued >= BATCH_EVENTS or self._flush_to > self._settled

    def _send(self, path: str, lines: list[bytes]) -> bool:
        """Settles a batch. Returns False if time ran out before that."""
        body = gzip.compress(b"\n".join(lines), compresslevel=1)
        attempt = 0
        while True:
            with self._changed:
                self._stats.requests += 1
                self._stats.retries += attempt > 0
            try:
                self._answered(lines, self._http.send("POST", path, body, "application/x-ndjson", gzipped=True))
                return True
            except DriftgaugeError as error:
                if not may_succeed_later(error):
                    self._refused(lines, _without_request_id(error))
                    return True
                attempt += 1
                if attempt == 2:  # The first time, a connection may just have been idle for too long.
                    log.warning("Events wait, because they cannot be sent: %s", error)
                if self._is_over_after(delay_before(attempt, error)):
                    return False
            except Exception as error:
                # A fault of our own must not end the thread: later events would be lost in silence.
                log.exception("Events were not sent because of a fault in the client.")
                self._refused(lines, f"a fault in the client ({type(error).__name__})")
                return True

    def _is_over_after(self, delay: float) -> bool:
        """Waits before the next attempt, only for a moment while the client is being closed."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._closing, delay):
                return False
        return self._out_of_time.wait(CLOSING_DELAY)

    def _answered(self, lines: list[bytes], answer: Mapping[str, Any]) -> None:
        self._settle(lines, lambda stats: stats.count_answer(answer))
        self._tell_warnings(answer)

    def _refused(self, lines: list[bytes], reason: str) -> None:
        self._settle(lines, lambda stats: stats.count_lost("refused", reason, len(lines)))

    def _settle(self, lines: list[bytes], count: Callable[[Stats], list[str]]) -> None:
        with self._changed:
            if self._out_of_time.is_set():
                return  # They are counted as lost already.
            self._stats.leave_queue(len(lines), sum(map(len, lines)))
            self._settled += len(lines)
            new = count(self._stats)
            self._changed.notify_all()
        _tell(new)

    def _tell_warnings(self, answer: Mapping[str, Any]) -> None:
        """Logs each way in which stored events differ from the declaration of the model once."""
        for one in answer.get("warnings", []):
            kind = f"{one['field']} ({one['reason']})"
            if kind not in self._warned and len(self._warned) < 100:
                self._warned.add(kind)
                meant = f" Did you mean {one['resembles']}?" if "resembles" in one else ""
                log.warning("Stored events differ from the declaration of the model: %s.%s", kind, meant)

    def _warn_full(self, dropped: int) -> None:
        now = time.monotonic()
        if self._warned_full is None or now - self._warned_full >= WARN_EVERY:
            self._warned_full = now
            log.warning("The queue of events is full: %d events have been dropped so far.", dropped)


def _batches(taken: Queues) -> Iterator[tuple[str, list[bytes]]]:
    """Cuts the events of each path into bodies of a bounded size."""
    for path, lines in taken.items():
        batch: list[bytes] = []
        size = 0
        for line in lines:
            if len(batch) >= BATCH_EVENTS or (batch and size + len(line) > BATCH_BYTES):
                yield path, batch
                batch, size = [], 0
            batch.append(line)
            size += len(line)
        yield path, batch


def _tell(reasons: list[str]) -> None:
    for reason in reasons:
        log.warning("Events were not stored: %s. Further ones are only counted.", reason.rstrip("."))


def _without_request_id(error: DriftgaugeError) -> str:
    """Why a request was refused; with its id, every reason would be a new kind."""
    if isinstance(error, ApiError):
        return f"{error.status} {error.problem.get('detail') or error}"
    return str(error)


@atexit.register
def _at_exit() -> None:
    for sender in list(_senders):
        sender.close(sender.limits.exit_timeout)


def _after_fork() -> None:
    for sender in list(_senders):
        sender.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
