"""Verifies Driftgauge's requests for retraining, and starts a run of the DAG for each.

RETRAIN_SECRET=... AIRFLOW_URL=http://127.0.0.1:8081 AIRFLOW_TOKEN=... uvicorn retraining_receiver:app
"""

from __future__ import annotations

import os

import httpx
from fastapi import FastAPI, HTTPException, Request

from driftgauge import InvalidWebhook, Retraining

app = FastAPI()


@app.post("/retraining", status_code=202)
async def retraining(request: Request) -> None:
    """Answers 202 once Airflow has the run. What fails is delivered again by Driftgauge."""
    try:
        asked = Retraining.from_webhook(request.headers, await request.body(), os.environ["RETRAIN_SECRET"])
    except InvalidWebhook as error:
        raise HTTPException(401, str(error)) from error
    if asked is None:
        return
    # A request that is delivered twice has the same id, and Airflow refuses the second run with 409.
    run = {"dag_run_id": f"driftgauge__{asked.id}", "logical_date": None, "conf": asked.data}
    async with httpx.AsyncClient(base_url=os.environ["AIRFLOW_URL"], timeout=30) as airflow:
        answer = await airflow.post(
            "/api/v2/dags/driftgauge_retraining/dagRuns",
            json=run,
            headers={"authorization": f"Bearer {os.environ['AIRFLOW_TOKEN']}"},
        )
    if answer.status_code not in (200, 409):
        raise HTTPException(503, f"Airflow answered {answer.status_code}.")
