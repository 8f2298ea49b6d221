import type { Monitor } from '../../../control/declared/monitor.ts'
import type { WindowRequest } from '../run-request.ts'

/** What of a monitor a check of quality depends on. */
export type QualityMonitor = Pick<
  Monitor,
  'name' | 'window' | 'every' | 'timezone' | 'cadence' | 'label_delay' | 'baseline'
>

export type QualityRequest = Omit<WindowRequest, 'monitor'> & { monitor: QualityMonitor }
