import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { isNamed, namedBaseline } from '../../detectors/compared-baseline.ts'
import { declareMonitor } from '../../detectors/declare-monitor.ts'
import { partsOf } from '../../detectors/kinds.ts'
import { resolveLabelDelay } from '../../detectors/resolve-label-delay.ts'
import { chosenReference, runAgainst } from '../../detectors/run.ts'
import { newestEnd } from '../../detectors/schedule.ts'
import { listBaselines } from '../../store/baselines.ts'
import type { Store } from '../../store/client.ts'
import { monitorDeclarationOf } from '../../store/monitor-declaration.ts'
import { monitors, monitorSchema, type Monitor } from '../../store/monitor.ts'
import type { Part } from '../../store/profiles.ts'
import { toSummary } from '../answers/result.ts'
import { channelErrors } from '../channel-errors.ts'
import { patched } from '../body.ts'
import { modelOr404, monitorOr404, type ApiContext } from '../context.ts'
import { mergePatch } from '../contract/merge-patch.ts'
import type { monitorRoutes } from '../contract/monitors.ts'
import type { resultSchema } from '../contract/results.ts'
import { monitorWarnings } from '../monitor-warnings.ts'
import { nameCursor, pageOfAll } from '../paging.ts'
import { Problem } from '../problem.ts'
import { retrainTargetErrors } from '../retrain-target.ts'
import type { HandlersOf } from '../router.ts'
import { EARLIEST_END_MS } from '../run-limits.ts'

/** Monitors: what is checked, when, and who is told. */
export const monitorHandlers: HandlersOf<typeof monitorRoutes> = (context) => {
  const { store, clock } = context
  const declare = async (monitor: Monitor, before: Monitor | undefined) => {
    if (before !== undefined && before.model !== monitor.model) {
      throw new Problem(
        409,
        'Conflict',
        `The monitor "${monitor.name}" watches "${before.model}": its windows and alerts are of that model. Declare another monitor for "${monitor.model}".`,
      )
    }
    if (!isDeepStrictEqual(monitor, before)) {
      await requireReferences(context, monitor)
      await declareMonitor(store, monitor, clock())
    }
    return { ...monitorDeclarationOf(monitor), warnings: await monitorWarnings(context, monitor) }
  }
  return {
    async listMonitors({ query }) {
      const all = await monitors.list(store)
      const wanted = query.model === undefined ? all : all.filter(({ model }) => model === query.model)
      const { items, next_cursor } = pageOfAll(wanted, query, nameCursor, ({ name }) => [name])
      return { status: 200, body: { monitors: items.map(monitorDeclarationOf), next_cursor } }
    },
    async declareMonitor({ body }) {
      const before = await monitors.find(store, body.name)
      return { status: before === undefined ? 201 : 200, body: await declare(body, before) }
    },
    async getMonitor({ params }) {
      return { status: 200, body: monitorDeclarationOf(await monitorOr404(context, params.monitor)) }
    },
    async patchMonitor({ params, body }) {
      const before = await monitorOr404(context, params.monitor)
      const monitor = patched(monitorSchema, mergePatch(monitorDeclarationOf(before), body), before.name)
      return { status: 200, body: await declare(monitor, before) }
    },
    async deleteMonitor({ params }) {
      const { name } = await monitorOr404(context, params.monitor)
      await monitors.remove(store, name, clock())
      return { status: 204 }
    },
    async runMonitor({ params, body }) {
      const monitor = await monitorOr404(context, params.monitor)
      return { status: 200, body: await runNow(context, monitor, body.asOf ?? clock()) }
    },
  }
}

/** A monitor over a model or channel that nobody declared would do nothing in silence. */
async function requireReferences({ models, store }: ApiContext, monitor: Monitor): Promise<void> {
  const { model, alert, segments } = monitor
  const found = await models.find(model)
  const errors = [
    ...(found === undefined ? [{ path: 'model', message: `there is no model "${model}"` }] : []),
    ...segments.flatMap((name, i) =>
      found === undefined || found.segments.includes(name)
        ? []
        : [{ path: `segments.${i}`, message: `"${name}" is not one of the segment columns of "${model}"` }],
    ),
    ...(await channelErrors(store, alert.channels, 'alert.channels')),
    ...(await retrainTargetErrors(store, monitor)),
    ...(await baselineErrors(store, monitor)),
    ...ownVersionErrors(monitor),
  ]
  if (errors.length === 0) return
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new Problem(422, 'Not declared', detail, { errors })
}

async function baselineErrors(store: Store, { model, baseline }: Monitor) {
  const named = namedBaseline(baseline)
  if (named === undefined) return []
  const found = (await listBaselines(store, model)).filter((one) => isNamed(one, named))
  if (found.length === 1) return []
  const message =
    found.length === 0
      ? `the model has no baseline ${JSON.stringify(named)}`
      : `${found.length} baselines have the name ${JSON.stringify(named)}: give the number of one, such as ${found[0].version}`
  return [{ path: 'baseline.data', message }]
}

/** Where versions are not evaluated by themselves it would do nothing. */
function ownVersionErrors({ baseline, by_version }: Monitor) {
  if (baseline === 'training' || baseline.own_version === undefined || by_version) return []
  return [{ path: 'baseline.own_version', message: 'it needs "by_version: true"' }]
}

async function runNow(context: ApiContext, monitor: Monitor, asOf: Date) {
  const { store, clock, codeVersion } = context
  if (asOf > clock()) throw new Problem(422, 'Not yet', `asOf: ${asOf.toISOString()} lies ahead.`)
  const model = await modelOr404(context, monitor.model)
  await context.countFirst(model)
  const reference = await chosenReference(store, model, monitor)
  if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
  const windows: { part: Part; end: string }[] = []
  const results: z.input<typeof resultSchema>[] = []
  for (const part of partsOf(monitor)) {
    const labelDelay =
      part === 'labels' ? await resolveLabelDelay(store, monitor, reference.baseline, asOf) : undefined
    const end = newestEnd(monitor, asOf, labelDelay?.delay)
    if (end.getTime() < EARLIEST_END_MS)
      throw new Problem(422, 'Too early', 'A window of this monitor would begin before 1970.')
    const request = { store, model, monitor, part, end, labelDelay, now: clock(), codeVersion }
    const outcome = await runAgainst(reference, request)
    windows.push({ part, end: end.toISOString() })
    results.push(...outcome.results.map(toSummary))
  }
  return { windows, results }
}

/** Why there is nothing to compare with. */
export function noBaseline({ model, baseline }: Monitor): string {
  const named = namedBaseline(baseline)
  return named === undefined
    ? `The model "${model}" has no active baseline to compare with.`
    : `The model "${model}" has no baseline ${JSON.stringify(named)}, which the monitor names.`
}
