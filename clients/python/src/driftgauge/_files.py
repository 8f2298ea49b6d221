"""Files of rows: their types, and data frames written as files."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ._frames import readable, slices, to_columns
from ._values import to_json
from .errors import ConfigurationError

TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
}
READ_BYTES = 1_000_000


def content_type(path: Path) -> tuple[str, bool]:
    """The content type of a file by its name, and whether it is compressed with gzip."""
    gzipped = path.suffix == ".gz"
    suffix = Path(path.stem).suffix if gzipped else path.suffix
    if suffix not in TYPES or (gzipped and suffix == ".parquet"):
        known = ", ".join(TYPES)
        raise ConfigurationError(f"{path} is none of {known}. Text files may also end in .gz.")
    return TYPES[suffix], gzipped


def read(path: Path) -> Iterator[bytes]:
    """A file in parts, so that one of any size can be sent."""
    with path.open("rb") as file:
        while part := file.read(READ_BYTES):
            yield part


def write_rows(frame: Any, directory: Path, name: str) -> Path:
    """Writes a frame as Parquet, or where that takes a package that is not there as NDJSON."""
    frame = readable(frame)
    path = directory / f"{name}.parquet"
    if hasattr(frame, "write_parquet"):
        frame.write_parquet(path)
        return path
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return _write_ndjson(frame, directory / f"{name}.ndjson.gz")
    try:
        table = frame if isinstance(frame, pyarrow.Table) else _table(frame)
    except (
        pyarrow.ArrowInvalid,
        pyarrow.ArrowTypeError,
    ):  # A column of pandas may hold values of several types.
        return _write_ndjson(frame, directory / f"{name}.ndjson.gz")
    parquet.write_table(table, path)
    return path


def _table(frame: Any) -> Any:
    import pyarrow

    if hasattr(frame, "columns") and hasattr(frame, "iloc"):
        return pyarrow.Table.from_pandas(frame, preserve_index=False)
    return pyarrow.table(frame)


def _write_ndjson(frame: Any, path: Path) -> Path:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _, part in slices(frame, 10_000):
            columns = to_columns(part)
            for values in zip(*columns.values()):
                file.write(to_json(dict(zip(columns, values))) + b"\n")
    return path
