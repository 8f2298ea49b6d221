import { deciderOf } from '../domain/thresholds.ts'
import { DAY_MS } from '../domain/time.ts'
import type { EmailContext } from '../alerts/channels/email/context.ts'
import type { PictureData } from '../alerts/channels/email/picture.ts'
import type { Mailer } from '../alerts/channels/email/smtp.ts'
import { contributionsOf } from '../api/answers/bins.ts'
import { firstEventId } from '../control/alerting/alert-episode.ts'
import type { AlertEvent } from '../control/alerting/alert-event.ts'
import type { Store } from '../store/engine/client.ts'
import { monitors, type Monitor } from '../control/declared/monitor.ts'
import { findResult } from '../store/results/result-detail.ts'
import { readResults } from '../store/results/results.ts'
import { VERDICTS, type Verdict } from '../domain/verdict.ts'

const DAYS_SHOWN = 14
const MAX_POINTS = 2000
/** Kinds whose drift lies in how a column's rows are distributed. */
const BY_DISTRIBUTION = ['feature', 'prediction', 'label']

/** What mail needs beside the message: the server, the charts, and what was told before. */
export function emailContext(store: Store, mailer: Mailer | undefined): EmailContext {
  return {
    mailer,
    firstEvent: (event) => firstEventId(store.control, event),
    async picture(event) {
      const data = await pictureData(store, event)
      if (data === undefined) return undefined
      // The engine that draws is large, and most services send no mail.
      const { drawPicture } = await import('../alerts/channels/email/picture.ts')
      return drawPicture(data)
    },
  }
}

/** What is drawn of the most severe member: its last window with a breach, and the windows before it. */
export async function pictureData(store: Store, event: AlertEvent): Promise<PictureData | undefined> {
  const [worst] = event.members
  const result = worst.resultId === undefined ? undefined : await findResult(store, worst.resultId)
  if (result === undefined) return undefined
  const { kind, column, segment, version } = result
  const end = new Date(result.window_end)
  const results = await readResults(store, {
    model: event.model,
    monitor: event.monitor,
    kind,
    column,
    segment,
    version,
    from: new Date(end.getTime() - DAYS_SHOWN * DAY_MS),
    to: end,
    limit: MAX_POINTS,
  })
  const bins = BY_DISTRIBUTION.includes(kind) ? contributionsOf(result) : []
  return {
    windowEnd: result.window_end,
    series: {
      statistic: 'effect',
      of: column === '' ? event.model : column,
      thresholds: thresholdsOf(await monitors.find(store.control, event.monitor), kind),
      points: results.map((one) => ({
        windowEnd: one.window_end,
        value: one.effect,
        noiseFloor: one.noise_floor,
        verdict: VERDICTS.find((verdict) => verdict === one.verdict) ?? (null as Verdict | null),
      })),
    },
    distribution: {
      column,
      bins: bins
        .filter(({ baseline, window }) => baseline > 0 || window > 0)
        .map(({ label, kind: kindOfBin, baseline_share, window_share, contribution }) => ({
          label,
          kind: kindOfBin,
          baselineShare: baseline_share,
          windowShare: window_share,
          contribution,
        })),
    },
  }
}

function thresholdsOf(monitor: Monitor | undefined, kind: string) {
  return monitor?.thresholds[deciderOf(kind, monitor.decide)]
}
