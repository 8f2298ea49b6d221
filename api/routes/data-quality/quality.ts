import { HOUR_MS, WEEK_MS } from '../../../domain/time.ts'
import { readInputProblems } from '../../../store/events/input-problems.ts'
import { modelOr404 } from '../../context.ts'
import { MAX_PROBLEMS, type qualityRoutes } from '../../contract/data-quality/quality.ts'
import { period } from '../../period.ts'
import type { HandlersOf } from '../../router.ts'

/** What came otherwise than it was declared. */
export const qualityHandlers: HandlersOf<typeof qualityRoutes> = (context) => ({
  async getQuality({ params, query }) {
    const { name } = await modelOr404(context, params.model)
    const range = period(query, context.clock(), WEEK_MS, HOUR_MS)
    const found = await readInputProblems(context.store, name, range, {
      limit: MAX_PROBLEMS,
      field: query.field,
    })
    const problems = found.map(({ field, reason, events, lastReceived, example, resembles, hours }) => ({
      field,
      reason,
      count: events,
      last_received: new Date(lastReceived).toISOString(),
      example,
      ...(resembles === '' ? {} : { resembles }),
      hours: hours.map(([second, count]) => ({ hour: new Date(second * 1000).toISOString(), count })),
    }))
    return {
      status: 200,
      body: { from: range.from.toISOString(), to: range.to.toISOString(), problems },
    }
  },
})
