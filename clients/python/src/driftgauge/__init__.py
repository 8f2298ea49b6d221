"""Driftgauge: drift monitoring of machine-learning models.

>>> import driftgauge
>>> model = driftgauge.Client("http://127.0.0.1:8080").model("flights")
>>> model.log(id="AA-1", features={"hour": 17, "origin": "ORD"}, prediction="late", score=0.61)
"""

from . import webhooks
from ._client import Client
from ._compare import Comparison, compare
from ._declarations import Applied
from ._model import Model
from ._records import Records
from ._result import Rejection, SendResult
from ._sender import Limits
from ._stats import Stats
from ._version import VERSION as __version__
from .errors import (
    ApiError,
    ConfigurationError,
    Conflict,
    DriftgaugeError,
    InvalidWebhook,
    NotFound,
    RecordsRejected,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from .retraining import Retraining

__all__ = [
    "ApiError",
    "Applied",
    "Client",
    "Comparison",
    "ConfigurationError",
    "Conflict",
    "DriftgaugeError",
    "InvalidWebhook",
    "Limits",
    "Model",
    "NotFound",
    "Records",
    "RecordsRejected",
    "Rejection",
    "Retraining",
    "SendResult",
    "Stats",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "__version__",
    "compare",
    "webhooks",
]
