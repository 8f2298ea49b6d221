"""What is published."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from support import ROOT, Listener

PACKAGE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(directory), str(PACKAGE)]
    subprocess.run(command, check=True, capture_output=True)
    return directory


def test_the_wheel_has_the_typed_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = [name for name in names if name.endswith("/METADATA")]
        described = archive.read(metadata).decode()
    assert "driftgauge/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"driftgauge"}
    assert not any("__pycache__" in name for name in names)
    required = [
        line for line in described.splitlines() if line.startswith("Requires-Dist") and "extra" not in line
    ]
    assert required == ["Requires-Dist: httpx<1,>=0.27"]
    assert "License-Expression: Apache-2.0" in described
    assert "Requires-Python: >=3.9" in described


def test_the_sources_have_the_tests_and_examples(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "LICENSE",
        "README.md",
        "tests/conftest.py",
        "examples/notebook.ipynb",
        "src/driftgauge/py.typed",
    } <= names
    assert not any("__pycache__" in name or "cache/" in name for name in names)


def test_the_wheel_works_when_it_is_installed(built: Path, tmp_path: Path, listener: Listener) -> None:
    (wheel,) = built.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*install, str(tmp_path), str(wheel)], check=True, capture_output=True)
    code = (
        "import driftgauge, sys\n"
        "driftgauge.Client(sys.argv[1]).model('m').log(id=1)\n"
        "print(driftgauge.__file__, driftgauge.__version__)"
    )
    command = [sys.executable, "-c", code, listener.url]
    done = subprocess.run(command, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    version = json.loads((ROOT / "package.json").read_text())["version"]
    assert done.stdout.split() == [str(tmp_path / "driftgauge" / "__init__.py"), version], done.stderr
    assert len(listener.events(0)) == 1


@pytest.mark.parametrize("path", sorted((PACKAGE / "src").rglob("*.py")), ids=lambda path: path.name)
def test_the_sources_are_python_3_9(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 9))


def test_files_are_small() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in (PACKAGE / "src").rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
