"""The client: one connection to a service, and the queue of what is logged."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, Union

from ._declarations import Applied, apply, read_declarations
from ._http import Http
from ._model import Model
from ._sender import Limits, Sender
from ._settings import service_key, service_url
from ._stats import Stats


class Client:
    """A connection to a Driftgauge service. Make one for a process, and share it among threads.

    Events that are logged wait in a bounded queue and are sent in the background. When the process ends, or the
    client is closed, what is queued is sent for up to ``limits.exit_timeout`` seconds. After a fork, as in
    gunicorn's workers, the child has a queue and a thread of its own, while the parent sends what it had queued.
    Processes of ``multiprocessing`` end without that: call :meth:`flush` there.

    Args:
        url: The address of the service, such as ``http://127.0.0.1:8080``; defaults to ``DRIFTGAUGE_URL``.
        key: An API key; defaults to ``DRIFTGAUGE_API_KEY``, or the file that ``DRIFTGAUGE_API_KEY_FILE`` names.
        timeout: Seconds to wait for a connection, and for each part of an answer.
        limits: How much the queue may hold, and how long it waits.
        verify: False trusts any certificate; an ``ssl.SSLContext`` decides by itself.

    Raises:
        ConfigurationError: There is no usable address or key.
    """

    def __init__(
        self,
        url: Optional[str] = None,
        key: Optional[str] = None,
        *,
        timeout: float = 30.0,
        limits: Optional[Limits] = None,
        verify: Union[bool, ssl.SSLContext] = True,
    ) -> None:
        self._http = Http(service_url(url), service_key(key), timeout, verify)
        self._sender = Sender(self._http, limits or Limits())

    def __repr__(self) -> str:
        return f"Client({self._http.url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    @property
    def stats(self) -> Stats:
        """What became of the events that were logged in this process."""
        return self._sender.stats

    def model(self, name: str) -> Model:
        """A model by its name. Nothing is requested: whether it is declared shows when events are sent."""
        return Model(name, self._http, self._sender)

    def flush(self, timeout: Optional[float] = 30.0) -> bool:
        """Waits until every event logged so far is stored or refused.

        Returns:
            False if that took longer than ``timeout`` seconds; the events then stay queued.
        """
        return self._sender.flush(timeout)

    def close(self, timeout: Optional[float] = None) -> None:
        """Sends what is queued, for up to ``timeout`` seconds (``limits.exit_timeout`` if None), and ends.

        Events that are not sent by then, and those logged later, are dropped and counted in :attr:`stats`.
        """
        self._sender.close(self._sender.limits.exit_timeout if timeout is None else timeout)
        self._http.close()

    def apply(self, declarations: Union[str, Path, Mapping[str, Any]], *, dry_run: bool = False) -> Applied:
        """Declares models, channels, monitors, topics, routes and experiments, as ``driftgauge apply`` does.

        All are checked before the first one is declared. Nothing is removed because it is missing.

        Args:
            declarations: A path of a YAML file, YAML text of several lines, or a mapping. YAML takes the extra
                ``driftgauge[yaml]``. ``${NAME}`` in a value is replaced by that environment variable.
            dry_run: Only check them.

        Raises:
            ConfigurationError: The file cannot be read, or a variable is not set.
            ApiError: A declaration was refused; the text says which one, and what was declared before it.
        """
        return apply(self._http, read_declarations(declarations), dry_run)
