"""Reads declarations and has the service take them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

from ._http import Http
from ._settings import variable
from .errors import ApiError, ConfigurationError

SECTIONS = ("models", "channels", "monitors", "topics", "routes", "experiments")
"""In the order in which they are declared: what is referred to comes first."""

REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
WELL_FORMED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Applied:
    """What was declared."""

    declared: list[str] = field(default_factory=list)
    """Such as ``models/flights``; empty after a dry run."""
    warnings: list[str] = field(default_factory=list)
    """What the service warns of, although it takes the declaration."""


def apply(http: Http, declarations: Mapping[str, list[dict[str, Any]]], dry_run: bool) -> Applied:
    """Checks all declarations, and declares them unless it is a dry run."""
    checked = http.post("/declarations/check", declarations)
    done: list[str] = []
    for section in SECTIONS:
        for one in [] if dry_run else declarations.get(section, []):
            try:
                http.post(f"/{section}", one)
            except ApiError as error:
                before = f"Declared before it: {', '.join(done)}." if done else "Nothing was changed."
                error.args = (f"{section}/{one.get('name')}: {error} {before}",)
                raise
            done.append(f"{section}/{one['name']}")
    return Applied(done, [f"monitors/{one['monitor']}: {one['message']}" for one in checked["warnings"]])


def read_declarations(given: Union[str, Path, Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Declarations by section, variables filled in."""
    value = given if isinstance(given, Mapping) else _parse(_text(given))
    unknown = [name for name in value if name not in SECTIONS]
    if unknown:
        raise ConfigurationError(f'Declarations have no section "{unknown[0]}". They have {", ".join(SECTIONS)}.')
    return {section: [_filled(one) for one in value.get(section) or []] for section in SECTIONS}


def _text(given: Union[str, Path]) -> str:
    if isinstance(given, str) and "\n" in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{given} cannot be read: {error}") from error


def _parse(text: str) -> Mapping[str, Any]:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError
    except ImportError as error:
        raise ConfigurationError("To read YAML, install the extra: pip install 'driftgauge[yaml]'") from error
    try:
        # YAML 1.2, as the service reads it: in 1.1, the key "on" of a retraining policy would be a boolean.
        value = YAML(typ="safe", pure=True).load(text) or {}
    except YAMLError as error:
        raise ConfigurationError(f"The YAML cannot be read: {error}") from error
    if not isinstance(value, Mapping):
        raise ConfigurationError("The YAML is not a mapping of sections such as models and monitors.")
    return value


def _filled(value: Any) -> Any:
    """The value with environment variables in its texts, after parsing, so that none can add structure."""
    if isinstance(value, Mapping):
        return {name: _filled(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return REFERENCE.sub(_resolve, value) if isinstance(value, str) else value


def _resolve(match: re.Match[str]) -> str:
    inner, end = match.group(1), match.group(2)
    if inner is None:
        return "${"
    parts = WELL_FORMED.fullmatch(inner) if end else None
    if parts is None:
        raise ConfigurationError(
            f'"{match.group(0)}" cannot be read: write ${{NAME}} or ${{NAME:-default}}, and $${{ for "${{".'
        )
    name, default = parts.groups()
    found = variable(name, os.environ)
    if found is None and default is None:
        raise ConfigurationError(
            f"The environment variable {name} is not set. Set it, or give a default: ${{{name}:-default}}"
        )
    return default if found is None else found
