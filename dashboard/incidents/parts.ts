import { VERDICTS } from './words.ts'

/** What alerts are counted as, with how a bar shows each: never by the colour alone, as the figures stand beside it. */
export const VERDICT_PARTS = [
  { key: 'true_drift', name: VERDICTS.true_drift.name, look: 'bg-production' },
  { key: 'data_fault', name: VERDICTS.data_fault.name, look: 'bg-unconfirmed' },
  { key: 'false_alarm', name: VERDICTS.false_alarm.name, look: 'bg-critical' },
  { key: 'other', name: VERDICTS.other.name, look: 'bg-baseline' },
  { key: 'not_judged', name: 'Not judged', look: 'hatched' },
] as const
