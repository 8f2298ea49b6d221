import { DAY_MS } from '../../domain/time.ts'
import { FEATURES, STATE } from './events.ts'
import { START } from './scenario.ts'
import type { SoakService } from './service.ts'

export const MODEL = 'soak'
const CHANNEL = 'team'

/** How to tell that an hourly monitor has evaluated each of its windows. */
export interface Watching {
  monitor: string
  column: string
  kind: string
  /** End of its first window. */
  firstEnd: number
  /** How long it waits for labels. */
  delay: number
}

export const HOURLY: Watching = {
  monitor: 'hourly',
  column: STATE,
  kind: 'feature',
  firstEnd: START,
  delay: 0,
}
export const LABELS: Watching = {
  monitor: 'hourly-labels',
  column: 'label',
  kind: 'label',
  firstEnd: START - DAY_MS,
  delay: DAY_MS,
}

const MONITORS = [
  { name: HOURLY.monitor, checks: ['feature', 'prediction'] },
  { name: LABELS.monitor, checks: ['label', 'performance'], label_delay: '24h' },
  { name: 'daily', every: '24h', checks: ['feature', 'prediction', 'label', 'performance', 'concept'], label_delay: '72h' },
] // prettier-ignore

/** The days before the start. */
const BASELINE_DAYS = 14

export const declareModel = (service: SoakService) =>
  service.call('POST', '/models', { name: MODEL, task: 'binary', positive: 'yes', features: FEATURES })

/** Takes the last stored days as the baseline, and has the service watch from now on. */
export async function declareMonitors(service: SoakService, receiver: string): Promise<void> {
  const window = {
    from: new Date(START - BASELINE_DAYS * DAY_MS).toISOString(),
    to: new Date(START).toISOString(),
  }
  await service.call('POST', `/models/${MODEL}/baselines`, { name: 'before', window })
  const secret = 'a secret of the soak bench, long enough'
  await service.call('POST', '/channels', { name: CHANNEL, webhook: { url: receiver, secret } })
  for (const monitor of MONITORS)
    await service.call('POST', '/monitors', { model: MODEL, alert: { channels: [CHANNEL] }, ...monitor })
}
