"""Turns the values that Python programs have into JSON."""

from __future__ import annotations

import datetime
import decimal
import enum
import functools
import json
import uuid
from collections.abc import Mapping
from typing import Any, Callable, Union

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
    return _converter(type(value))(value)  # type: ignore[arg-type]  # Types are hashable.


@functools.lru_cache(maxsize=256)
def _converter(kind: type) -> Callable[[Any], Any]:
    """How values of a type become plain. Found once for each type, as events are logged in a hurry."""
    if kind.__name__ in ("NAType", "NaTType"):  # pandas.NA and pandas.NaT
        return lambda value: None
    if kind.__name__ in ("datetime64", "timedelta64"):
        return lambda value: None if value != value else str(value)
    if issubclass(kind, (datetime.date, datetime.time)):
        return lambda value: value.isoformat()
    if issubclass(kind, decimal.Decimal):
        return _of_decimal
    if issubclass(kind, uuid.UUID):
        return str
    if issubclass(kind, enum.Enum):
        return lambda value: value.value
    if hasattr(kind, "as_py"):  # a scalar of Arrow
        return lambda value: value.as_py()
    if hasattr(kind, "item") and hasattr(kind, "tolist"):  # a scalar of numpy or torch, or an array of them
        return _of_array
    raise TypeError(f"a value of the type {kind.__name__} cannot be sent; use a number, text or a boolean")


def _of_decimal(value: decimal.Decimal) -> Union[int, float, None]:
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _of_array(value: Any) -> Any:
    try:
        return value.item()
    except (ValueError, RuntimeError):  # It holds several, which the service reports as a nested value.
        return value.tolist()


def _text_keys(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key if isinstance(key, str) else str(key): _text_keys(item) for key, item in value.items()}


_encode = json.JSONEncoder(separators=(",", ":"), default=plain).encode
