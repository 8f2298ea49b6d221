"""A service that predicts whether a flight is late, and logs each prediction.

DRIFTGAUGE_URL=http://127.0.0.1:8080 uvicorn fastapi_app:app
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from fastapi import FastAPI
from pydantic import BaseModel

import driftgauge

client = driftgauge.Client()
flights = client.model("flights")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Sends what is queued before the server ends."""
    yield
    client.close()


app = FastAPI(lifespan=lifespan)


class Flight(BaseModel):
    """What a prediction is made from."""

    hour: int
    origin: str


class Outcome(BaseModel):
    """What turned out to be true."""

    label: Literal["late", "on-time"]


def late_probability(flight: Flight) -> float:
    """Replace this by your model."""
    return 0.2 + 0.6 * (flight.hour >= 17)


@app.post("/predict")
async def predict(flight: Flight) -> dict[str, object]:
    """Logging only queues the event, so it fits an async handler."""
    score = late_probability(flight)
    prediction = "late" if score >= 0.5 else "on-time"
    request = str(uuid.uuid4())
    flights.log(id=request, features=flight.model_dump(), prediction=prediction, score=score, version="3")
    return {"id": request, "prediction": prediction}


@app.post("/outcomes/{request}")
async def outcome(request: str, known: Outcome) -> None:
    """Stores the label of a prediction once it is known."""
    flights.log_label(request, known.label)


@app.get("/metrics/driftgauge")
async def metrics() -> dict[str, int]:
    """What became of the events: alert if any of them is dropped or rejected."""
    stats = client.stats
    return {"accepted": stats.accepted, "rejected": stats.rejected, "dropped": sum(stats.dropped.values())}
