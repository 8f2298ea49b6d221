import type { z } from 'zod'
import type { Promotion } from '../../control/registry/promotions.ts'
import { MlflowError } from '../../registry/mlflow/error.ts'
import { versionLink } from '../../registry/mlflow/versions.ts'
import type { LinkStatus } from '../../registry/status.ts'
import type { mlflowStatus } from '../contract/registry/mlflow.ts'
import { Problem } from '../problem.ts'

/** How a model's alias stands, as the API answers it. */
export function toMlflowStatus(
  { model, poll, versions, promotion }: LinkStatus,
  uri: string | undefined,
): z.input<typeof mlflowStatus> {
  const current = versions.at(0)
  const { model: registered, alias } = model.mlflow
  return {
    model: model.name,
    registered,
    alias,
    version: current?.version ?? null,
    run_id: current?.runId ?? null,
    link: uri === undefined ? '' : versionLink(uri, registered, current?.version),
    since: current?.seenAt.toISOString() ?? null,
    baseline: current?.baseline ?? null,
    note: current?.note ?? '',
    checked_at: poll?.checkedAt?.toISOString() ?? null,
    problem: uri === undefined ? 'MLFLOW_TRACKING_URI is not set.' : (poll?.problem?.text ?? null),
    problem_since: poll?.problem?.since.toISOString() ?? null,
    promotion: promotion === undefined ? null : toPromotion(promotion),
    versions: versions.map(({ version, seenAt }) => ({ version, seen_at: seenAt.toISOString() })),
  }
}

function toPromotion({ experiment, version, by, at, state, reason }: Promotion) {
  return { experiment, version, by, at: at.toISOString(), state, reason }
}

/** What MLflow failed at, as an answer; other errors as they are. */
export function mlflowProblem(error: unknown): unknown {
  if (!(error instanceof MlflowError)) return error
  if (error.fault === 'not_found') return new Problem(404, 'Not in MLflow', error.message)
  return new Problem(502, 'MLflow not available', error.message)
}
