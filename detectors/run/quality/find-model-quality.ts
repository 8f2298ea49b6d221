import { DAY_MS, HOUR_MS, WEEK_MS } from '../../../domain/time.ts'
import type { QualityFinding, QualitySummary } from '../../../domain/data-finding.ts'
import { usualLength, windowStart } from '../../../domain/monitor-window.ts'
import { readLabelDelays } from '../../../store/labelled/label-delays.ts'
import { newestPrediction } from '../../../store/events/predictions.ts'
import {
  readHourlyRows,
  type HourlyRows,
  type QualityCounts,
} from '../../../store/profiles/quality-counts.ts'
import { judgeFreshness, type FreshnessOutcome } from '../../quality/freshness.ts'
import type { QualityRule } from '../../quality/judge-column.ts'
import { judgeDuplicates, judgeUnknownFeatures } from '../../quality/judge-model.ts'
import { judgeLabels } from '../../quality/labels-late.ts'
import { judgeVolume, WEEKS } from '../../quality/volume.ts'
import { isLoading } from '../overdue.ts'
import { resolveLabelDelay } from '../resolve-label-delay.ts'
import type { QualityRequest } from './quality-request.ts'
import type { Reference } from '../run-request.ts'

/** What is wrong with all of the model's data, and what could not be checked. */
export async function findModelQuality(
  request: QualityRequest,
  { baseline }: Reference,
  { rows, counts, rule }: { rows: number; counts: QualityCounts; rule: QualityRule },
): Promise<Pick<QualitySummary, 'undecided'> & { findings: QualityFinding[] }> {
  const { store, model, monitor, end } = request
  const { window, timezone, every } = monitor
  const from = new Date(end.getTime() - WEEKS * WEEK_MS - usualLength(window) - DAY_MS)
  const hourly = await readHourlyRows(store, { model: model.name, binning: baseline.binning, from, to: end })
  const volume = judgeVolume(
    {
      rows: new Map(hourly.map(({ hour, predictions }) => [hour, predictions])),
      first: hourly.at(0)?.hour,
      end: end.getTime(),
      windowMs: end.getTime() - windowStart(monitor, end).getTime(),
      everyMs: usualLength(every),
      timezone,
    },
    { alpha: rule.trafficAlpha },
  )
  const freshness = await findStale(request, hourly)
  const isLate = freshness.status === 'judged' && freshness.finding !== undefined
  const labels = await findLate(request, baseline, hourly, rule)
  const ignored = model.unknown_features === 'ignore'
  const findings = [
    ignored
      ? undefined
      : judgeUnknownFeatures(
          counts.unknown,
          rows,
          model.features.map(({ name }) => name),
        ),
    freshness.status === 'judged' ? freshness.finding : undefined,
    // That nothing comes any more is told once.
    volume.status === 'judged' && !isLate ? volume.finding : undefined,
    judgeDuplicates(counts.reused, rule.minRows),
    labels.status === 'judged' ? labels.finding : undefined,
  ]
  return {
    findings: findings.filter((finding) => finding !== undefined),
    undecided: [
      ...(freshness.status === 'judged'
        ? []
        : [{ finding: 'freshness' as const, until: UNTIL[freshness.status] }]),
      ...(volume.status === 'too_early' || isLate
        ? [
            {
              finding: 'volume' as const,
              until: isLate ? 'predictions arrive again' : 'two weeks have been recorded',
            },
          ]
        : []),
      ...(labels.status === 'too_early' && hourly.some((hour) => hour.labels > 0)
        ? [{ finding: 'labels_late' as const, until: '200 labels tell how long they take' }]
        : []),
    ],
  }
}

const UNTIL = {
  unknown: 'it is known how often predictions arrive',
  irregular: 'predictions arrive at regular times',
  loading: 'past predictions are loaded',
}

/** Whether predictions have stopped arriving. */
async function findStale(
  { store, model, monitor, end }: QualityRequest,
  hourly: readonly HourlyRows[],
): Promise<FreshnessOutcome | { status: 'loading' }> {
  const { cadence, timezone } = monitor
  const hours = hourly.flatMap(({ hour, predictions }) => (predictions > 0 ? [new Date(hour)] : []))
  const newest = hours.at(-1) ?? (await newestPrediction(store, model.name, end))
  const judged = judgeFreshness({ hours, newest, end, cadence, timezone })
  if (judged.status !== 'judged' || judged.finding === undefined) return judged
  const window = { start: windowStart(monitor, end), end }
  return (await isLoading(store, monitor.name, newest!, window)) ? { status: 'loading' } : judged
}

/** Whether labels that should have come by now have. */
async function findLate(
  { store, model, monitor, end }: QualityRequest,
  baseline: Reference['baseline'],
  hourly: readonly HourlyRows[],
  { trafficAlpha }: QualityRule,
) {
  // Most models that have no labels never will.
  if (hourly.every(({ labels }) => labels === 0)) return { status: 'too_early' as const }
  const now = end
  const delays = await readLabelDelays(store, { model: model.name, binning: baseline.binning, now })
  const delay = await resolveLabelDelay(store, monitor, baseline, now, delays)
  if (delay === undefined) return { status: 'too_early' as const }
  const to = end.getTime() - delay.delay
  const from = to - usualLength(monitor.window)
  return judgeLabels(
    {
      window: hourly.filter(({ hour }) => hour >= from && hour + HOUR_MS <= to),
      past: hourly.filter(({ hour }) => hour < from),
      delays,
      now: now.getTime(),
    },
    trafficAlpha,
  )
}
