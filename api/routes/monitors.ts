import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { namedBaseline } from '../../detectors/run/compared-baseline.ts'
import { declareMonitor } from '../../detectors/run/declare-monitor.ts'
import { streamsOf } from '../../detectors/run/kinds.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { chosenReference, runAgainst } from '../../detectors/run/run.ts'
import { newestEnd } from '../../detectors/run/schedule.ts'
import { monitorDeclarationOf } from '../../control/declared/monitor-declaration.ts'
import { monitors, monitorSchema, type Monitor } from '../../control/declared/monitor.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { toSummary } from '../answers/result.ts'
import { patched } from '../body.ts'
import { modelOr404, monitorOr404, type ApiContext } from '../context.ts'
import { mergePatch } from '../contract/merge-patch.ts'
import type { monitorRoutes } from '../contract/monitors.ts'
import type { resultSchema } from '../contract/results.ts'
import { checkMonitor } from '../declare/check-monitor.ts'
import { declaredIn } from '../declare/declared.ts'
import { monitorWarnings } from '../monitor-warnings.ts'
import { nameCursor, pageOfAll } from '../paging.ts'
import { Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { EARLIEST_END_MS } from '../run-limits.ts'

/** Monitors: what is checked, when, and who is told. */
export const monitorHandlers: HandlersOf<typeof monitorRoutes> = (context) => {
  const { store, clock } = context
  const declare = async (monitor: Monitor, before: Monitor | undefined) => {
    const declared = declaredIn(context)
    await checkMonitor(store, monitor, before, declared)
    if (!isDeepStrictEqual(monitor, before)) await declareMonitor(store, monitor, clock())
    const warnings = await monitorWarnings({ store, model: declared.model }, monitor)
    return { ...monitorDeclarationOf(monitor), warnings }
  }
  return {
    async listMonitors({ query }) {
      const all = await monitors.list(store.control)
      const wanted = query.model === undefined ? all : all.filter(({ model }) => model === query.model)
      const { items, next_cursor } = pageOfAll(wanted, query, nameCursor, ({ name }) => [name])
      return { status: 200, body: { monitors: items.map(monitorDeclarationOf), next_cursor } }
    },
    async declareMonitor({ body }) {
      const before = await monitors.find(store.control, body.name)
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
      await monitors.remove(store.control, name)
      return { status: 204 }
    },
    async runMonitor({ params, body }) {
      const monitor = await monitorOr404(context, params.monitor)
      return { status: 200, body: await runNow(context, monitor, body.asOf ?? clock()) }
    },
  }
}

async function runNow(context: ApiContext, monitor: Monitor, asOf: Date) {
  const { store, clock, codeVersion } = context
  if (asOf > clock()) throw new Problem(422, 'Not yet', `asOf: ${asOf.toISOString()} is in the future.`)
  const model = await modelOr404(context, monitor.model)
  await context.countFirst(model)
  const reference = await chosenReference(store, model, monitor)
  if (reference === undefined) throw new Problem(409, 'No baseline', noBaseline(monitor))
  const windows: { part: Stream; end: string }[] = []
  const results: z.input<typeof resultSchema>[] = []
  for (const stream of streamsOf(monitor)) {
    const labelDelay =
      stream === 'labels' ? await resolveLabelDelay(store, monitor, reference.baseline, asOf) : undefined
    const end = newestEnd(monitor, asOf, labelDelay?.delay)
    if (end.getTime() < EARLIEST_END_MS)
      throw new Problem(422, 'Too early', 'A window of this monitor would start before 1970.')
    const request = { store, model, monitor, stream, end, labelDelay, now: clock(), codeVersion }
    const outcome = await runAgainst(reference, request)
    windows.push({ part: stream, end: end.toISOString() })
    results.push(...outcome.results.map(toSummary))
  }
  return { windows, results }
}

/** Why there is nothing to compare with. */
export function noBaseline({ model, baseline }: Monitor): string {
  const named = namedBaseline(baseline)
  return named === undefined
    ? `The model "${model}" has no active baseline to compare with.`
    : `The model "${model}" has no baseline ${JSON.stringify(named)}, which the monitor refers to.`
}
