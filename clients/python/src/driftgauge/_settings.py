"""Where the service is, and the key to it: given, or from the environment as the command line reads it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

from .errors import ConfigurationError


def service_url(given: Optional[str], environment: Mapping[str, str] = os.environ) -> str:
    """The address without a slash at its end, from ``DRIFTGAUGE_URL`` if none is given."""
    url = given or environment.get("DRIFTGAUGE_URL") or ""
    if not url:
        raise ConfigurationError("Give the address of the service as Client(url), or set DRIFTGAUGE_URL.")
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "The address holds a user name or password. Give the key as Client(key=…) instead."
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"{url!r} is not an address. Write it as http://host:port or https://host.")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def service_key(given: Optional[str], environment: Mapping[str, str] = os.environ) -> Optional[str]:
    """The key, from ``DRIFTGAUGE_API_KEY`` or the file that ``DRIFTGAUGE_API_KEY_FILE`` names if none is given."""
    key = given or variable("DRIFTGAUGE_API_KEY", environment)
    # A header cannot carry it, and the error that says so would show it.
    if key is not None and not re.fullmatch(r"[\x21-\x7e]+", key):
        raise ConfigurationError("The key holds something else than letters, digits and punctuation.")
    return key


def variable(name: str, environment: Mapping[str, str] = os.environ) -> Optional[str]:
    """The value of a variable, or of the file that ``NAME_FILE`` names. An empty one counts as not set."""
    value, path = environment.get(name, ""), environment.get(f"{name}_FILE", "")
    if value and path:
        raise ConfigurationError(f"Set either {name} or {name}_FILE, not both.")
    if not path:
        return value.strip() or None
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise ConfigurationError(f"{name}_FILE names a file that cannot be read: {error}") from error
