"""Uploads the rows of a baseline."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Optional

from ._files import content_type, read, write_rows
from ._http import Http


def make_baseline(http: Http, model_path: str, rows: Any, name: Optional[str], activate: bool) -> dict[str, Any]:
    """Makes a baseline from a file, or from a frame by way of a temporary one."""
    if isinstance(rows, (str, Path)):
        made = _upload(http, model_path, Path(rows), name or Path(rows).name)
    else:
        with tempfile.TemporaryDirectory(prefix="driftgauge-") as directory:
            made = _upload(http, model_path, write_rows(rows, Path(directory), "baseline"), name)
    if activate:
        http.post(f"{model_path}/baselines/{made['version']}/activate")
    return made


def _upload(http: Http, model_path: str, path: Path, name: Optional[str]) -> dict[str, Any]:
    """Not tried again: an upload that was not answered may have made a baseline."""
    media_type, gzipped = content_type(path)
    made: dict[str, Any] = http.send(
        "POST", f"{model_path}/baselines", read(path), media_type, query={"name": name}, gzipped=gzipped
    )
    return made
