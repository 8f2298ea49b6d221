import { VERDICTS, type Verdict } from '../../../domain/verdict.ts'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark'
import CircleOff from '@lucide/svelte/icons/circle-off'
import CircleX from '@lucide/svelte/icons/circle-x'
import Clock from '@lucide/svelte/icons/clock'
import Gauge from '@lucide/svelte/icons/gauge'
import Hourglass from '@lucide/svelte/icons/hourglass'
import Inbox from '@lucide/svelte/icons/inbox'
import OctagonAlert from '@lucide/svelte/icons/octagon-alert'
import Ruler from '@lucide/svelte/icons/ruler'
import Tags from '@lucide/svelte/icons/tags'
import Telescope from '@lucide/svelte/icons/telescope'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'

/** How each state looks: a shape, a word and a tone. What is not known never looks like what is well. */
export const STATUS = {
  critical: { icon: OctagonAlert, word: 'Critical', tone: 'text-critical bg-critical-fill' },
  warning: { icon: TriangleAlert, word: 'Warning', tone: 'text-warning bg-warning-fill' },
  unconfirmed: {
    icon: CircleQuestionMark,
    word: 'Unconfirmed',
    tone: 'text-unconfirmed bg-unconfirmed-fill',
  },
  ok: { icon: CircleCheck, word: 'Stable', tone: 'text-ink bg-sunken' },
  in_order: { icon: CircleCheck, word: 'In order', tone: 'text-ink bg-sunken' },
  ended: { icon: CircleCheck, word: 'Ended', tone: 'text-ink bg-sunken' },
  unchecked: { icon: CircleDashed, word: 'Not checked', tone: 'text-muted bg-sunken' },
  resolved: { icon: CircleCheck, word: 'Resolved', tone: 'text-ink bg-sunken' },
  pending: { icon: Clock, word: 'Pending', tone: 'text-warning bg-sunken' },
  insufficient_data: { icon: CircleDashed, word: 'Too few rows', tone: 'text-muted bg-sunken' },
  immature: { icon: Hourglass, word: 'Labels still arriving', tone: 'text-muted bg-sunken' },
  no_data: { icon: CircleOff, word: 'No data', tone: 'text-warning bg-warning-fill' },
  error: { icon: CircleX, word: 'Check failed', tone: 'text-warning bg-warning-fill' },
  no_events: { icon: Inbox, word: 'No events yet', tone: 'text-muted bg-sunken' },
  no_baseline: { icon: Ruler, word: 'No baseline', tone: 'text-muted bg-sunken' },
  no_labels: { icon: Tags, word: 'No labels', tone: 'text-muted bg-sunken' },
  no_scores: { icon: Gauge, word: 'No scores', tone: 'text-muted bg-sunken' },
  no_monitor: { icon: Telescope, word: 'No monitor', tone: 'text-muted bg-sunken' },
  waiting: { icon: Clock, word: 'Not evaluated yet', tone: 'text-muted bg-sunken' },
} as const

export type Status = keyof typeof STATUS

export function statusOf(text: string): Status {
  return Object.hasOwn(STATUS, text) ? (text as Status) : 'insufficient_data'
}

/** A verdict as charts take it. */
export function verdictOf(text: string): Verdict | null {
  return VERDICTS.find((verdict) => verdict === text) ?? null
}
