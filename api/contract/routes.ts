import { annotationRoutes } from './incidents/annotations.ts'
import { incidentRoutes } from './incidents/incidents.ts'
import { incidentSummaryRoutes } from './incidents/summary.ts'
import { alertRouteRoutes } from './alerting/alert-routes.ts'
import { alertRoutes } from './alerting/alerts.ts'
import { backupRoutes } from './operation/backup.ts'
import { backfillRoutes } from './backfill.ts'
import { backtestRoutes } from './backtest.ts'
import { baselineContentRoutes } from './baseline-contents/contents.ts'
import { baselineRoutes } from './baselines.ts'
import { viewRoutes } from './views/views.ts'
import { bundleRoutes } from './operation/bundles.ts'
import { channelRoutes } from './alerting/channels.ts'
import { chartRoutes } from './charts.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { declarationRoutes } from './declarations.ts'
import { deliveryRoutes } from './alerting/deliveries.ts'
import { eraseRoutes } from './deletion/erase.ts'
import { retentionRoutes } from './deletion/retention.ts'
import { experimentRoutes } from './versions/experiments.ts'
import { eventRoutes } from './events.ts'
import { findingsRoutes } from './data-quality/findings.ts'
import { heatmapRoutes } from './heatmap.ts'
import { intakeRoutes } from './intake.ts'
import { kafkaTopicRoutes } from './kafka-topics.ts'
import { sourceRoutes } from './sources/sources.ts'
import { keyRoutes } from './keys.ts'
import { modelRoutes } from './models.ts'
import { systemRoutes } from './operation/system.ts'
import { mlflowRoutes } from './registry/mlflow.ts'
import { mlflowWebhookRoutes } from './registry/webhook.ts'
import { monitorRoutes } from './monitors.ts'
import { brokenPartRoutes, missedWindowRoutes, overviewRoutes } from './overview.ts'
import { offendingRoutes } from './data-quality/offending.ts'
import { explainedRoutes } from './explained/explained.ts'
import { explainingSegmentsRoutes } from './explained/segments.ts'
import { performanceRoutes } from './performance.ts'
import { qualityRoutes } from './data-quality/quality.ts'
import { skewRoutes } from './data-quality/skew.ts'
import { resultRoutes } from './results.ts'
import { auditRoutes } from './audit.ts'
import { reportRoutes } from './report/report.ts'
import { retrainRoutes } from './alerting/retrains.ts'
import { segmentRoutes } from './segments.ts'
import { silenceRoutes } from './alerting/silences.ts'

/** Every route below `/api/v1`, by its operation id. Routing, validation, access and OpenAPI follow from it. */
export const ROUTES = {
  ...modelRoutes,
  ...eraseRoutes,
  ...retentionRoutes,
  ...declarationRoutes,
  ...baselineRoutes,
  ...baselineContentRoutes,
  ...viewRoutes,
  ...intakeRoutes,
  ...deadLetterRoutes,
  ...monitorRoutes,
  ...backtestRoutes,
  ...backfillRoutes,
  ...overviewRoutes,
  ...resultRoutes,
  ...reportRoutes,
  ...bundleRoutes,
  ...chartRoutes,
  ...qualityRoutes,
  ...findingsRoutes,
  ...offendingRoutes,
  ...skewRoutes,
  ...heatmapRoutes,
  ...segmentRoutes,
  ...performanceRoutes,
  ...explainedRoutes,
  ...explainingSegmentsRoutes,
  ...alertRoutes,
  ...annotationRoutes,
  // Before those of one incident, which none of its paths may be taken for.
  ...incidentSummaryRoutes,
  ...incidentRoutes,
  ...silenceRoutes,
  ...deliveryRoutes,
  ...channelRoutes,
  ...alertRouteRoutes,
  ...kafkaTopicRoutes,
  ...sourceRoutes,
  ...retrainRoutes,
  ...experimentRoutes,
  ...auditRoutes,
  ...missedWindowRoutes,
  ...brokenPartRoutes,
  ...systemRoutes,
  ...keyRoutes,
  ...eventRoutes,
  ...backupRoutes,
  ...mlflowRoutes,
  ...mlflowWebhookRoutes,
}
export type Routes = typeof ROUTES
