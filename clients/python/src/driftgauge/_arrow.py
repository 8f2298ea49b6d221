"""Rows as a stream of Arrow, which the service stores without reading each of them."""

from __future__ import annotations

from typing import Any, Optional

from ._encoding import TIMES, Body, Layout
from ._frames import without_zone

MEDIA_TYPE = "application/vnd.apache.arrow.stream"


def is_available() -> bool:
    """Whether pyarrow is installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


def encode_arrow(part: Any, layout: Layout) -> Optional[Body]:
    """The rows of a part as flat columns, named as the fields and features that they are.

    None where that would not mean the same as NDJSON: if a feature is called as a field, or a column holds
    something else than numbers, texts, booleans and times of events.
    """
    import pyarrow as pa

    features = list(layout.features or ())
    if any(name in layout.fields or name in layout.constants or name.startswith("scores.") for name in features):
        return None
    try:
        table = _table(part)
        columns = {name: _column(name, table[column], layout) for name, column in layout.fields.items()}
        columns.update({name: _column("", table[name], layout) for name in features})
        columns.update({name: pa.repeat(pa.scalar(value), len(table)) for name, value in layout.constants.items()})
    except (pa.ArrowException, _OfAnotherType):
        return None
    sink = pa.BufferOutputStream()
    flat = pa.table(columns)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, flat.schema, options=options) as writer:
        writer.write_table(flat)
    return Body(sink.getvalue().to_pybytes(), MEDIA_TYPE, gzipped=False)


class _OfAnotherType(Exception):
    """A column has a type that NDJSON spells in a way of its own."""


def _table(part: Any) -> Any:
    import pyarrow as pa

    if hasattr(part, "iloc"):
        table = pa.Table.from_pandas(part, preserve_index=False)
        return table.rename_columns([str(name) for name in part.columns])
    if hasattr(part, "to_arrow"):
        return part.to_arrow()
    return part if isinstance(part, pa.Table) else pa.Table.from_batches([part])


def _column(field: str, column: Any, layout: Layout) -> Any:
    """The column in a type that the service reads, times with their zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if field in TIMES and pa.types.is_timestamp(kind):
        if kind.tz is not None:
            return column
        if layout.timezone is None:
            raise without_zone(layout.fields[field])
        return pc.assume_timezone(column, str(layout.timezone), ambiguous="earliest", nonexistent="earliest")
    is_plain = (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_null(kind)
    )
    if not is_plain:
        raise _OfAnotherType
    return column
