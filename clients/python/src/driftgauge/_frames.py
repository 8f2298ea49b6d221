"""Reads data frames of pandas, Polars and Arrow in slices, each through its own interface."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, Optional

from .errors import ConfigurationError

Columns = dict[str, list[Any]]


def column_names(frame: Any) -> list[str]:
    """The names of the columns, as text."""
    names = frame.columns if _is(frame, "pandas") or _is(frame, "polars") else frame.schema.names
    return [str(name) for name in names]


def readable(frame: Any) -> Any:
    """The frame itself if it can be sliced, or an Arrow table of what another library made.

    Whatever has ``__arrow_c_stream__`` or ``__dataframe__`` will do, such as a relation of DuckDB, with pyarrow.
    """
    if _is(frame, "polars") and hasattr(frame, "collect"):
        return frame.collect()
    if _is(frame, "pandas") or _is(frame, "polars") or (_is(frame, "pyarrow") and hasattr(frame, "slice")):
        return frame
    if not hasattr(frame, "__arrow_c_stream__") and not hasattr(frame, "__dataframe__"):
        raise TypeError(
            f"{type(frame).__name__} is not a data frame of pandas, Polars, Arrow or a library like them"
        )
    try:
        import pyarrow
        from pyarrow.interchange.from_dataframe import from_dataframe
    except ImportError as error:
        message = f"To read a {type(frame).__name__}, install pyarrow: pip install 'driftgauge[arrow]'"
        raise ConfigurationError(message) from error
    if hasattr(frame, "__arrow_c_stream__"):
        return pyarrow.RecordBatchReader.from_stream(frame).read_all()
    return from_dataframe(frame)


def slices(frame: Any, rows: int) -> Iterator[tuple[int, Any]]:
    """Parts of at most so many rows, each with the number of its first row."""
    total = frame.num_rows if _is(frame, "pyarrow") else len(frame)
    for start in range(0, total, rows):
        if _is(frame, "pandas"):
            yield start, frame.iloc[start : start + rows]
        else:
            yield start, frame.slice(start, min(rows, total - start))


def to_columns(part: Any) -> Columns:
    """Values of Python, by column."""
    if _is(part, "pandas"):
        return {str(name): part.iloc[:, i].tolist() for i, name in enumerate(part.columns)}
    if _is(part, "polars"):
        return {name: part[name].to_list() for name in part.columns}
    return {name: part.column(name).to_pylist() for name in part.schema.names}


def localise(values: list[Any], timezone: Optional[datetime.tzinfo], column: str) -> list[Any]:
    """Times with a time zone. Those without one get the given one; if there is none, that is an error."""

    def localised(value: Any) -> Any:
        if not isinstance(value, datetime.datetime) or value.tzinfo is not None or value != value:
            return value
        if timezone is None:
            raise without_zone(column)
        return value.replace(tzinfo=timezone)

    return [localised(value) for value in values]


def without_zone(column: str) -> ValueError:
    """The error that times without a zone are."""
    return ValueError(f'Times in "{column}" have no time zone. Name it: timezone="UTC"')


def _is(frame: Any, library: str) -> bool:
    return type(frame).__module__.partition(".")[0] == library
