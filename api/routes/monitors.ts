import type { z } from 'zod'
import { namedBaseline } from '../../detectors/run/compared-baseline.ts'
import { countNamedBaseline } from '../../detectors/run/declare-monitor.ts'
import { streamsOf } from '../../detectors/run/kinds.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { chosenReference, runAgainst } from '../../detectors/run/run.ts'
import { newestEnd } from '../../detectors/run/schedule.ts'
import { monitorDeclarationOf } from '../../control/declared/monitor-declaration.ts'
import { monitors, monitorSchema, type Monitor } from '../../control/declared/monitor.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import { toSummary } from '../answers/result.ts'
import { modelOr404, monitorOr404, type ApiContext } from '../context.ts'
import type { monitorRoutes } from '../contract/monitors.ts'
import type { resultSchema } from '../contract/results.ts'
import { checkMonitor } from '../declare/check-monitor.ts'
import {
  declareDocument,
  documentOr404,
  patchDocument,
  removeDocument,
  type DocumentKind,
} from '../declare/declare-document.ts'
import { declaredIn } from '../declare/declared.ts'
import { monitorWarnings } from '../monitor-warnings.ts'
import { pageOfDocuments } from '../paging.ts'
import { Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { EARLIEST_END_MS } from '../run-limits.ts'

/** Monitors: what is checked, when, and who is told. */
export const monitorHandlers: HandlersOf<typeof monitorRoutes> = (context) => {
  const { store, clock } = context
  const kind = monitorKind(context)
  const answerOf = async (monitor: Monitor) => {
    const { model } = declaredIn(store.control)
    return { ...monitorDeclarationOf(monitor), warnings: await monitorWarnings({ store, model }, monitor) }
  }
  return {
    async listMonitors({ query: { model, ...query } }) {
      const all = await monitors.readAll(store.control)
      const wanted = model === undefined ? all : all.filter(({ document }) => document.model === model)
      const { items, ...page } = pageOfDocuments(wanted, query, monitorDeclarationOf)
      return { status: 200, body: { monitors: items, ...page } }
    },
    async declareMonitor({ body, request, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: await answerOf(document), revision }
    },
    async getMonitor({ params }) {
      const { document, revision } = await documentOr404(context, kind, params.monitor)
      return { status: 200, body: monitorDeclarationOf(document), revision }
    },
    async patchMonitor({ params, body: patch, request, commit }) {
      const asked = { name: params.monitor, request, commit, schema: monitorSchema, patch }
      const { document, revision } = await patchDocument(context, kind, asked)
      return { status: 200, body: await answerOf(document), revision }
    },
    async deleteMonitor({ params, request, commit }) {
      await removeDocument(kind, { name: params.monitor, request, commit })
      return { status: 204 }
    },
    async runMonitor({ params, body }) {
      const monitor = await monitorOr404(context, params.monitor)
      return { status: 200, body: await runNow(context, monitor, body.asOf ?? clock()) }
    },
  }
}

function monitorKind({ store, clock }: ApiContext): DocumentKind<Monitor> {
  const count = (monitor: Monitor, before: Monitor | undefined) =>
    countNamedBaseline(store, monitor, before, clock())
  return {
    noun: 'monitor',
    documents: monitors,
    shown: monitorDeclarationOf,
    check: (control, monitor, before) => checkMonitor(control, monitor, before, declaredIn(control)),
    prepare: count,
    settle: count,
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
