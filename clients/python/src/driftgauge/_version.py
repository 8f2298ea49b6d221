from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("driftgauge")
except PackageNotFoundError:  # used from its sources
    VERSION = "0"
