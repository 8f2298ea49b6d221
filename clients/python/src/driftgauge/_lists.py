"""Lists that the API hands out in pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._http import Http
from ._records import Records
from ._retry import PATIENCE, with_retries


def list_all(http: Http, path: str, name: str, query: Mapping[str, Any]) -> Records:
    """All items of a list. Each page is tried again while the service is away."""
    items = Records()
    page: dict[str, Any] = {"next_cursor": None}
    while "next_cursor" in page:
        page = _page(http, path, {**query, "cursor": page["next_cursor"]})
        items.extend(page[name])
    return items


def _page(http: Http, path: str, query: Mapping[str, Any]) -> dict[str, Any]:
    page: dict[str, Any] = with_retries(lambda: http.get(path, query), PATIENCE)
    return page
