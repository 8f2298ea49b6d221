import type { Control } from '../../../control/database/control.ts'
import { episodesBegun, readEpisodes } from '../../../control/incidents/episodes.ts'
import { DRIFT_KINDS } from '../../../domain/drift-kind.ts'
import type { Alert, ModelReport, Monitor } from '../../../report/model/data.ts'
import { toIncidentAlert } from '../../answers/incident.ts'
import { required, type Ask } from './ask.ts'
import { worstColumns } from './worst-columns.ts'

export interface Wanted {
  model: string
  from: Date
  to: Date
}

/** The most that a list of the API has at once; a report that reaches it says so. */
const LIMIT = '1000'

/** All that a report tells of a model, read one after another. */
export async function gather(
  control: Control,
  ask: Ask,
  wanted: Wanted,
): Promise<Omit<ModelReport, 'release' | 'createdAt'>> {
  const { model } = wanted
  const params = { model }
  const period = { from: wanted.from.toISOString(), to: wanted.to.toISOString() }
  const { monitors } = required(await ask('listMonitors', { query: { model, limit: LIMIT } }))
  const checking = (wants: (monitor: Monitor) => boolean) => monitors.filter(wants).map(({ name }) => name)
  const drift = []
  for (const monitor of checking(looksForDrift))
    drift.push({ monitor, heatmap: await ask('getHeatmap', { params, query: { ...period, monitor } }) })
  const findings = []
  for (const monitor of checking(({ checks = [] }) => checks.includes('quality')))
    findings.push({ monitor, findings: await ask('getFindings', { params, query: { ...period, monitor } }) })
  return {
    model: required(await ask('getModel', { params })),
    ...period,
    monitors,
    baselines: required(await ask('listBaselines', { params, query: { limit: LIMIT } })),
    alerts: await alertsWithin(control, wanted),
    drift,
    findings,
    worst: await worstColumns(ask, model, period, drift),
    performance: await ask('getPerformance', { params, query: period }),
    volume: await ask('getVolume', { params, query: period }),
    incidents: await ask('listIncidents', { query: { model, ...period, limit: LIMIT } }),
    annotations: await ask('listAnnotations', { query: { model, ...period, limit: LIMIT } }),
    experiments: await ask('listExperiments', { query: { model, limit: LIMIT } }),
    retrains: await ask('listRetrains', { query: { model, limit: LIMIT } }),
  }
}

const looksForDrift = ({ checks }: Monitor) =>
  checks === undefined || checks.some((check) => DRIFT_KINDS.some((kind) => kind === check))

/** Alerts that fired at some time in the period, whenever they began and whether they are over. */
async function alertsWithin(control: Control, { model, from, to }: Wanted): Promise<Alert[]> {
  const begun = await episodesBegun(control, { from: new Date(0), to })
  const own = begun.filter((alert) => alert.model === model).map(({ alert }) => alert)
  const episodes = [...(await readEpisodes(control, own)).values()]
  return episodes
    .filter(({ status, lastAt }) => status === 'firing' || lastAt > from)
    .toSorted((a, b) => a.firstAt.getTime() - b.firstAt.getTime())
    .map(toIncidentAlert)
}
