import { DATA_KIND } from '../../domain/drift-kind.ts'
import type { z } from 'zod'
import { readMutes } from '../../alerts/muting/read-mutes.ts'
import type { Control } from '../../control/database/control.ts'
import { acknowledgements } from '../../control/alerting/alert-acks.ts'
import { currentAlerts, findAlertEvents } from '../../control/alerting/alert-events.ts'
import { incidentsOfEvents } from '../../control/incidents/incident-alerts.ts'
import { listBaselines } from '../../control/declared/baselines.ts'
import { declarationOf, type Model } from '../../control/declared/model.ts'
import { monitorDeclarationOf } from '../../control/declared/monitor-declaration.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { versionsBetween } from '../../control/registry/versions.ts'
import { BUNDLE_FORMAT, type bundleSchema } from '../../detectors/reproduce/bundle.ts'
import { findResult, type StoredResult } from '../../store/results/result-detail.ts'
import { toAlert } from '../answers/alert.ts'
import type { ApiContext } from '../context.ts'
import type { bundleRoutes } from '../contract/operation/bundles.ts'
import { notFound } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** Bundles: what an alert or a result was computed from, for whoever has no access to the store. */
export const bundleHandlers: HandlersOf<typeof bundleRoutes> = (context) => {
  const { store, clock } = context
  return {
    async getAlertBundle({ params }) {
      const [event] = await findAlertEvents(store.control, [params.alert])
      if (event === undefined) throw notFound(`alert ${params.alert}`)
      const now = clock()
      const ack = (await acknowledgements(store.control, [event])).get(event.id)
      const incident = (await incidentsOfEvents(store.control, [event])).get(event.id)
      const mutes = await readMutes(store, now)
      const dataAlerts = await currentAlerts(store.control, { scope: 'alert', kind: DATA_KIND })
      const alert = toAlert(event, { ack, incident, mutes, dataAlerts, now })
      const ids = event.members.flatMap(({ resultId }) => resultId ?? [])
      const found = await Promise.all(ids.map((id) => findResult(store, id)))
      const results = found.filter((one) => one !== undefined)
      return {
        status: 200,
        body: await bundleOf(context, { model: event.model, monitor: event.monitor, alert, results }),
      }
    },
    async getResultBundle({ params }) {
      const result = await findResult(store, params.result)
      if (result === undefined) throw notFound(`result ${params.result}`)
      const { model, monitor } = result
      return {
        status: 200,
        body: await bundleOf(context, { model, monitor, alert: null, results: [result] }),
      }
    },
  }
}

interface Bundled {
  model: string
  monitor: string
  alert: Record<string, unknown> | null
  results: readonly StoredResult[]
}

async function bundleOf(
  { store, models, clock, codeVersion }: ApiContext,
  { model: name, monitor, alert, results }: Bundled,
): Promise<z.input<typeof bundleSchema>> {
  const model = await models.find(name)
  const declared = await monitors.find(store.control, monitor)
  const versions = new Set(results.map(({ baseline }) => baseline.version))
  const baselines = (await listBaselines(store.control, name)).filter(({ version }) => versions.has(version))
  return {
    format: BUNDLE_FORMAT,
    created_at: clock().toISOString(),
    release: codeVersion,
    alert,
    model: model === undefined ? null : plainly(declarationOf(model)),
    monitors: declared === undefined ? [] : [plainly(monitorDeclarationOf(declared))],
    baselines: baselines.map(plainly),
    mlflow: model === undefined ? [] : await mlflowVersions(store.control, model, results),
    results: results.map((result) => plainly(result) as z.input<typeof bundleSchema>['results'][number]),
  }
}

/** What the model's alias pointed to in MLflow during the windows of these results. */
async function mlflowVersions(control: Control, { name, mlflow }: Model, results: readonly StoredResult[]) {
  if (mlflow === undefined || results.length === 0) return []
  const times = results.flatMap(({ window_start, window_end }) => [window_start, window_end].map(Date.parse))
  const [from, to] = [Math.min(...times), Math.max(...times)].map((time) => new Date(time))
  const seen = await versionsBetween(control, name, mlflow, from, to)
  return seen.map(({ registered, alias, version, runId, seenAt }) => ({
    ...{ model: registered, alias, version, run_id: runId, seen_at: seenAt.toISOString() },
  }))
}

/** As JSON gives it: times as text, and nothing that is undefined. */
const plainly = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>
