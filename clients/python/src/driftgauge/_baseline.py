"""Uploads the rows of a baseline."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from ._files import content_type, read, write_rows
from ._http import Http

#: What a file has besides features; a column for each class, ``scores.<class>``, is called so.
OUTCOMES = {"prediction", "score", "label"}


def make_baseline(
    http: Http,
    model_path: str,
    rows: Any,
    *,
    name: Optional[str],
    columns: Mapping[str, str],
    activate: bool,
) -> dict[str, Any]:
    """Makes a baseline from a file, or from a frame by way of a temporary one."""
    unknown = ", ".join(sorted(set(columns) - OUTCOMES))
    if unknown:
        raise ValueError(f"columns: {unknown} is none of prediction, score and label")
    if isinstance(rows, (str, Path)):
        made = _upload(http, model_path, Path(rows), {"name": name or Path(rows).name, **columns})
    else:
        with tempfile.TemporaryDirectory(prefix="driftgauge-") as directory:
            path = write_rows(rows, Path(directory), "baseline")
            made = _upload(http, model_path, path, {"name": name, **columns})
    if activate:
        http.post(f"{model_path}/baselines/{made['version']}/activate")
    return made


def _upload(http: Http, model_path: str, path: Path, query: dict[str, Optional[str]]) -> dict[str, Any]:
    """Not tried again: an upload that was not answered may have made a baseline."""
    media_type, gzipped = content_type(path)
    made: dict[str, Any] = http.send(
        "POST", f"{model_path}/baselines", read(path), media_type, query=query, gzipped=gzipped
    )
    return made
