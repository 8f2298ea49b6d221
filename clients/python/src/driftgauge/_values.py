"""Turns the values that Python programs have into JSON."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import uuid
from collections.abc import Mapping
from typing import Any, Union

Time = Union[datetime.datetime, str, int, float]


def to_json(event: Mapping[str, Any]) -> bytes:
    """One line of JSON. Raises ``TypeError`` or ``ValueError`` for what has no meaning as a value.

    NaN and infinities stay as Python writes them; the service reads them as missing.
    """
    try:
        return _encode(event).encode()
    except TypeError:
        # The encoder refuses keys such as numpy integers, which columns and classes may have.
        return _encode(_text_keys(event)).encode()


def plain(value: Any) -> Any:
    """What JSON has in place of a value that it does not know: of numpy, pandas, Arrow, a date or a decimal."""
    if _is_missing(value):
        return None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    if type(value).__name__ == "datetime64":
        return str(value)
    if hasattr(value, "as_py"):  # a scalar of Arrow
        return value.as_py()
    if hasattr(value, "item"):  # a scalar, or an array that holds one value
        try:
            return value.item()
        except (TypeError, ValueError, RuntimeError):
            pass
    if hasattr(value, "tolist"):  # a nested value, which the service reports as a warning
        return value.tolist()
    raise TypeError(f"a value of the type {type(value).__name__} cannot be sent; use a number, text or a boolean")


def _is_missing(value: Any) -> bool:
    """Whether it is NaT, ``pandas.NA`` or a NaN of another kind than float."""
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, decimal.Decimal):
        return not value.is_finite()
    return type(value).__name__ in ("datetime64", "timedelta64") and bool(value != value)


def _text_keys(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key if isinstance(key, str) else str(key): _text_keys(item) for key, item in value.items()}


_encode = json.JSONEncoder(separators=(",", ":"), default=plain).encode
