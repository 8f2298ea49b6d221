"""Compares two files or frames with the command line of Driftgauge, which needs no service."""

from __future__ import annotations

import html
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ._files import write_rows
from ._records import Records
from .errors import ConfigurationError, DriftgaugeError

DRIFTED = 1
UNUSABLE = 2


@dataclass(frozen=True)
class Comparison:
    """Which columns differ. A notebook shows it as a table."""

    verdict: str
    """That of the worst column: ``critical``, ``warning``, ``insufficient_data``, ``unconfirmed`` or ``ok``."""
    columns: Records
    """Each column with ``verdict``, ``effect``, ``explanation`` and ``statistics``."""
    report: dict[str, Any] = field(repr=False)
    """Everything that ``driftgauge compare --json`` prints, with the findings on data quality."""

    @property
    def drifted(self) -> bool:
        """Whether a column is at ``warning`` or ``critical``."""
        return self.verdict in ("warning", "critical")

    def __str__(self) -> str:
        lines = [f"{one['verdict']:<18} {one['column']}: {one['explanation']}" for one in self.columns]
        return "\n".join([f"verdict: {self.verdict}", *lines])

    def _repr_html_(self) -> str:
        names = ("verdict", "column", "kind", "effect", "explanation")
        head = "".join(f"<th style='text-align:left'>{name}</th>" for name in names)
        body = "".join(
            "<tr>"
            + "".join(f"<td style='text-align:left'>{_cell(row.get(name))}</td>" for name in names)
            + "</tr>"
            for row in self.columns
        )
        findings = self.report.get("quality", {}).get("findings", [])
        quality = "".join(f"<li>{_cell(one['column'])}: {_cell(one['explanation'])}</li>" for one in findings)
        title = f"<p><b>Verdict: {_cell(self.verdict)}</b></p>"
        data = f"<p>Data quality</p><ul>{quality}</ul>" if quality else ""
        return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{data}"


def compare(baseline: Any, current: Any, *, options: Sequence[str] = ()) -> Comparison:
    """Compares two files (CSV, TSV, NDJSON, Parquet) or data frames of rows, column by column.

    Runs ``driftgauge compare`` of the command line: the one in ``DRIFTGAUGE_CLI``, or ``driftgauge`` on the path.

    Args:
        baseline: What to compare with, such as the training data.
        current: What to check for drift.
        options: Further options of the command, such as ``["--ignore", "id"]``.

    Raises:
        ConfigurationError: There is no command line, or a file or an option cannot be used.
    """
    command = _command_line()
    with tempfile.TemporaryDirectory(prefix="driftgauge-") as directory:
        files = [
            _file(rows, Path(directory), name) for rows, name in ((baseline, "baseline"), (current, "current"))
        ]
        done = subprocess.run(  # noqa: S603
            [*command, "compare", "--json", *options, "--", *map(str, files)],
            capture_output=True,
            check=False,
        )
    if done.returncode == UNUSABLE:
        raise ConfigurationError(done.stderr.decode(errors="replace").strip())
    if done.returncode not in (0, DRIFTED):
        raise DriftgaugeError(f"driftgauge compare failed: {done.stderr.decode(errors='replace').strip()}")
    report = json.loads(done.stdout)
    return Comparison(report["verdict"], Records(report["columns"]), report)


def _command_line() -> list[str]:
    given = os.environ.get("DRIFTGAUGE_CLI")
    if given:
        return shlex.split(given)
    found = shutil.which("driftgauge")
    if found is None:
        raise ConfigurationError(
            "The command line of Driftgauge is not installed here. Install it, or name it in DRIFTGAUGE_CLI, "
            'such as "node /opt/driftgauge/dist/main.js".'
        )
    return [found]


def _file(rows: Any, directory: Path, name: str) -> Path:
    return Path(rows) if isinstance(rows, (str, Path)) else write_rows(rows, directory, name)


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
    return html.escape(text)
