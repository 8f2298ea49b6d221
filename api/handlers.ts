import type { ApiContext } from './context.ts'
import type { Routes } from './contract/routes.ts'
import type { Handlers } from './router.ts'
import { annotationHandlers } from './routes/incidents/annotations.ts'
import { incidentHandlers } from './routes/incidents/incidents.ts'
import { incidentSummaryHandlers } from './routes/incidents/summary.ts'
import { alertRouteHandlers } from './routes/alerting/alert-routes.ts'
import { alertHandlers } from './routes/alerting/alerts.ts'
import { backupHandlers } from './routes/backup.ts'
import { backfillHandlers } from './routes/backfill.ts'
import { backtestHandlers } from './routes/backtest.ts'
import { baselineContentHandlers } from './routes/baseline-contents/contents.ts'
import { baselineHandlers } from './routes/baselines.ts'
import { bundleHandlers } from './routes/bundles.ts'
import { channelHandlers } from './routes/alerting/channels.ts'
import { chartHandlers } from './routes/charts.ts'
import { declarationHandlers } from './routes/declarations.ts'
import { deadLetterHandlers } from './routes/dead-letters.ts'
import { deliveryHandlers } from './routes/alerting/deliveries.ts'
import { eraseHandlers } from './routes/erase.ts'
import { retentionHandlers } from './routes/retention.ts'
import { experimentHandlers } from './routes/versions/experiments.ts'
import { eventHandlers } from './routes/events.ts'
import { findingsHandlers } from './routes/data-quality/findings.ts'
import { heatmapHandlers } from './routes/heatmap.ts'
import { intakeHandlers } from './routes/intake.ts'
import { kafkaTopicHandlers } from './routes/kafka-topics.ts'
import { sourceHandlers } from './routes/sources/sources.ts'
import { keyHandlers } from './routes/keys.ts'
import { modelHandlers } from './routes/models.ts'
import { systemHandlers } from './routes/operation/system.ts'
import { mlflowHandlers } from './routes/registry/mlflow.ts'
import { mlflowWebhookHandlers } from './routes/registry/webhook.ts'
import { monitorHandlers } from './routes/monitors.ts'
import { offendingHandlers } from './routes/data-quality/offending.ts'
import { skewHandlers } from './routes/data-quality/skew.ts'
import { overviewHandlers } from './routes/overview.ts'
import { explainedHandlers } from './routes/explained/explained.ts'
import { explainingSegmentsHandlers } from './routes/explained/segments.ts'
import { performanceHandlers } from './routes/performance.ts'
import { qualityHandlers } from './routes/data-quality/quality.ts'
import { reportHandlers } from './routes/report/report.ts'
import { resultHandlers } from './routes/results.ts'
import { auditHandlers } from './routes/audit.ts'
import { brokenPartHandlers } from './routes/broken-parts.ts'
import { missedWindowHandlers } from './routes/missed-windows.ts'
import { viewHandlers } from './routes/views/views.ts'
import { retrainHandlers } from './routes/alerting/retrains.ts'
import { segmentHandlers } from './routes/segments.ts'
import { silenceHandlers } from './routes/alerting/silences.ts'

/** What each route of the table does. */
export function createHandlers(context: ApiContext): Handlers<Routes> {
  return {
    ...modelHandlers(context),
    ...eraseHandlers(context),
    ...retentionHandlers(context),
    ...declarationHandlers(context),
    ...baselineHandlers(context),
    ...baselineContentHandlers(context),
    ...viewHandlers(context),
    ...intakeHandlers(context),
    ...deadLetterHandlers(context),
    ...monitorHandlers(context),
    ...backtestHandlers(context),
    ...backfillHandlers(context),
    ...overviewHandlers(context),
    ...resultHandlers(context),
    ...reportHandlers(context),
    ...bundleHandlers(context),
    ...chartHandlers(context),
    ...qualityHandlers(context),
    ...findingsHandlers(context),
    ...offendingHandlers(context),
    ...skewHandlers(context),
    ...heatmapHandlers(context),
    ...segmentHandlers(context),
    ...performanceHandlers(context),
    ...explainedHandlers(context),
    ...explainingSegmentsHandlers(context),
    ...alertHandlers(context),
    ...annotationHandlers(context),
    ...incidentSummaryHandlers(context),
    ...incidentHandlers(context),
    ...silenceHandlers(context),
    ...deliveryHandlers(context),
    ...channelHandlers(context),
    ...alertRouteHandlers(context),
    ...kafkaTopicHandlers(context),
    ...sourceHandlers(context),
    ...retrainHandlers(context),
    ...experimentHandlers(context),
    ...auditHandlers(context),
    ...missedWindowHandlers(context),
    ...brokenPartHandlers(context),
    ...systemHandlers(context),
    ...keyHandlers(context),
    ...eventHandlers(context),
    ...backupHandlers(context),
    ...mlflowHandlers(context),
    ...mlflowWebhookHandlers(context),
  }
}
