"""Finds out which column of a frame is which field of an event."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union
from zoneinfo import ZoneInfo

from ._encoding import SCORES, Layout
from ._frames import localise

PREDICTION = ("id", "ts", "version", "shadow", "prediction", "score")
LABEL = ("id", "label", "labelled_at", "prediction_ts")
REFERENCE = ("id", "ts")


def layout_of(
    names: Sequence[str],
    fields: Sequence[str],
    columns: Mapping[str, str],
    constants: Mapping[str, Any],
    *,
    required: Sequence[str],
    features: Union[Sequence[str], bool],
    timezone: Optional[str],
) -> Layout:
    """The layout of events.

    Args:
        names: The columns that there are.
        fields: The fields that these events can have.
        columns: The columns of fields that are called otherwise.
        constants: Values of fields that are the same for every row. None stands for none.
        required: Fields that a column or a constant must give.
        features: Columns that are features; True for all that are nothing else, False if the events have none.
        timezone: The zone of times that have none.
    """
    for name in columns:
        if name not in fields and not (name.startswith(SCORES) and "score" in fields):
            raise ValueError(f'Events have no field "{name}". They have {", ".join(fields)}.')
    zone: Optional[datetime.tzinfo] = None if timezone is None else ZoneInfo(timezone)
    shared = {name: localise([value], zone, name)[0] for name, value in constants.items() if value is not None}
    found = {name: name for name in names if name in fields or (name.startswith(SCORES) and "score" in fields)}
    found = {name: column for name, column in {**found, **columns}.items() if name not in shared}
    if features is True:
        taken = {*found.values(), *columns.values(), *shared}
        features = [name for name in names if name not in taken]
    for column in [*found.values(), *(features or [])]:
        if names.count(column) != 1:
            there = "more than one column" if column in names else "no column"
            raise ValueError(f'The frame has {there} "{column}". Its columns are {", ".join(names)}.')
    for name in required:
        if name not in found and name not in shared:
            raise ValueError(f'No column is called "{name}". Name the one that holds it: {name}="…".')
    return Layout(found, None if features is False else features, shared, zone)


def column(name: str, given: Union[str, datetime.datetime, None]) -> dict[str, str]:
    """What is given as text names a column."""
    return {name: given} if isinstance(given, str) else {}


def constant(name: str, given: Union[str, datetime.datetime, None]) -> dict[str, Any]:
    """What is given otherwise is the value of every row."""
    return {} if isinstance(given, str) else {name: given}
