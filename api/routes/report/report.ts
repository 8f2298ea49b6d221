import { fileName } from '../../../charts/export/file-name.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts'
import { REPORT_POLICY } from '../../../report/html/page.ts'
import type { ModelReport } from '../../../report/model/data.ts'
import { modelMarkdown } from '../../../report/model/markdown.ts'
import { newestWindows } from '../../../store/results/newest-windows.ts'
import { modelOr404 } from '../../context.ts'
import type { reportRoutes } from '../../contract/report/report.ts'
import { period } from '../../period.ts'
import type { HandlersOf } from '../../router.ts'
import { asker } from './ask.ts'
import { gather } from './gather.ts'

const DEFAULT_PERIOD_MS = 30 * DAY_MS

/** Reports: what happened to a model in a period, to be read by those who have no access to the dashboard. */
export const reportHandlers: HandlersOf<typeof reportRoutes> = (context) => {
  const askIn = asker(context)
  return {
    async getReport({ params, query: { format, ...given }, request, response }) {
      const { store, clock, codeVersion } = context
      const { name } = await modelOr404(context, params.model)
      const ends = (await newestWindows(store)).filter(({ model }) => model === name)
      const newest = ends.length === 0 ? clock() : new Date(Math.max(...ends.map(({ end }) => end.getTime())))
      const { from, to } = period(given, newest, DEFAULT_PERIOD_MS, HOUR_MS)
      const found = await gather(store.control, askIn(request, response), { model: name, from, to })
      const report = { ...found, release: codeVersion, createdAt: clock().toISOString() }
      const subject = { title: 'report', model: name, parts: [], from: report.from, to: report.to }
      const document =
        format === 'html'
          ? {
              type: 'text/html' as const,
              text: await htmlOf(report),
              fileName: fileName(subject, 'html'),
            }
          : { type: 'text/markdown' as const, text: modelMarkdown(report), fileName: fileName(subject, 'md') }
      return { status: 200, document: { ...document, policy: REPORT_POLICY } }
    },
  }
}

/** What draws charts takes longer to load than the rest of the service. */
async function htmlOf(report: ModelReport): Promise<string> {
  const { modelPage } = await import('../../../report/model/page.ts')
  return modelPage(report)
}
