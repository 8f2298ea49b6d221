import { episodesBegun, episodesExtent } from '../../../control/incidents/episodes.ts'
import { judgedAlerts } from '../../../control/incidents/incident-alerts.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import { cutoffOf } from '../../../domain/retention.ts'
import {
  countVerdicts,
  endOfMonth,
  lastMonths,
  monthOf,
  summarizeMonitors,
  type CountedAlert,
} from '../../answers/incident-summary.ts'
import type { incidentSummaryRoutes } from '../../contract/incidents/summary.ts'
import type { HandlersOf } from '../../router.ts'

/** What alerts turned out to be, month by month. */
export const incidentSummaryHandlers: HandlersOf<typeof incidentSummaryRoutes> = ({
  store: { control },
  clock,
  retention,
}) => ({
  async getIncidentSummary({ query }) {
    const now = clock()
    const extent = await episodesExtent(control)
    const months = monthsOf(query, extent?.newest, now)
    const period = { from: new Date(`${months[0]}-01T00:00:00Z`), to: endOfMonth(months.at(-1)!) }
    const begun = await episodesBegun(control, period)
    const judged = await judgedAlerts(control, period)
    const known = new Set(judged.map(({ alert }) => alert))
    const alerts: CountedAlert[] = [...judged, ...begun.filter(({ alert }) => !known.has(alert))]
    const declared = new Set((await monitors.list(control)).map(({ name }) => name))
    const cutoff = cutoffOf('alerts', retention.alerts, now)
    return {
      status: 200,
      body: {
        from: period.from.toISOString(),
        to: period.to.toISOString(),
        months,
        first: extent ? monthOf(extent.first) : null,
        newest: extent ? monthOf(extent.newest) : null,
        complete_from: cutoff !== undefined && cutoff > period.from ? cutoff.toISOString() : null,
        total: countVerdicts(alerts),
        monitors: summarizeMonitors(alerts, months).map((one) => ({
          ...one,
          declared: declared.has(one.monitor),
        })),
      },
    }
  },
})

/** Those that are asked for; else up to now, or up to the newest alert where that is further back, as in a replay. */
function monthsOf(
  { months, until }: { months: number; until?: string | undefined },
  newest: Date | undefined,
  now: Date,
): string[] {
  if (until !== undefined) return lastMonths(new Date(`${until}-01T00:00:00Z`), months)
  const current = lastMonths(now, months)
  return newest === undefined || monthOf(newest) >= current[0] ? current : lastMonths(newest, months)
}
