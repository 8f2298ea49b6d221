"""Verifies Driftgauge's requests for retraining, and submits a workflow to Argo for each.

RETRAIN_SECRET=... ARGO_URL=https://argo.example.com ARGO_NAMESPACE=ml ARGO_TOKEN=... uvicorn argo_receiver:app
"""

from __future__ import annotations

import base64
import json
import os

import httpx
from fastapi import FastAPI, HTTPException, Request

from driftgauge import InvalidWebhook, Retraining

app = FastAPI()


@app.post("/retraining", status_code=202)
async def retraining(request: Request) -> None:
    """Answers 202 once Argo has the workflow. What fails is delivered again by Driftgauge."""
    try:
        asked = Retraining.from_webhook(request.headers, await request.body(), os.environ["RETRAIN_SECRET"])
    except InvalidWebhook as error:
        raise HTTPException(401, str(error)) from error
    if asked is None:
        return
    encoded = base64.b64encode(json.dumps(asked.data).encode()).decode()
    # A request that is delivered twice has the same id, and Argo refuses the second workflow with 409.
    options = {"name": f"driftgauge-{asked.id}", "parameters": [f"request={encoded}"]}
    namespace = os.environ["ARGO_NAMESPACE"]
    submit = {
        "namespace": namespace,
        "resourceKind": "WorkflowTemplate",
        "resourceName": "driftgauge-retraining",
        "submitOptions": options,
    }
    async with httpx.AsyncClient(base_url=os.environ["ARGO_URL"], timeout=30) as argo:
        answer = await argo.post(
            f"/api/v1/workflows/{namespace}/submit",
            json=submit,
            headers={"authorization": f"Bearer {os.environ['ARGO_TOKEN']}"},
        )
    if answer.status_code not in (200, 409):
        raise HTTPException(503, f"Argo answered {answer.status_code}.")
