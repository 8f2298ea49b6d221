"""Rows that the API returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    import pandas
    import polars


class Records(list[dict[str, Any]]):
    """A list of dictionaries that can become a data frame.

    Attributes:
        answer: The rest of what the API answered, beside the rows.
    """

    def __init__(self, rows: Iterable[dict[str, Any]] = (), answer: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(rows)
        self.answer: Mapping[str, Any] = answer or {}

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame of pandas. What is nested becomes columns such as ``statistics.psi``."""
        import pandas

        return pandas.json_normalize(self)

    def to_polars(self) -> polars.DataFrame:
        """A data frame of Polars. What is nested becomes columns such as ``statistics.psi``."""
        import polars

        rows = [_flat(row) for row in self]
        columns = {name: [row.get(name) for row in rows] for name in dict.fromkeys(n for row in rows for n in row)}
        return polars.DataFrame(columns, strict=False)


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat.update(_flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value})
    return flat
