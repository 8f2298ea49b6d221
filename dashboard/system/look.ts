import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark'
import Info from '@lucide/svelte/icons/info'
import OctagonAlert from '@lucide/svelte/icons/octagon-alert'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'

/** How a state looks: what is not known never looks like what is well. */
export const LOOKS = {
  up: { icon: CircleCheck, word: 'Up', tone: 'text-ink' },
  ok: { icon: CircleCheck, word: 'Healthy', tone: 'text-ink' },
  down: { icon: OctagonAlert, word: 'Down', tone: 'text-critical' },
  critical: { icon: OctagonAlert, word: 'Critical', tone: 'text-critical' },
  warning: { icon: TriangleAlert, word: 'Warning', tone: 'text-warning' },
  notice: { icon: Info, word: 'Notice', tone: 'text-muted' },
  silent: { icon: TriangleAlert, word: 'Silent', tone: 'text-warning' },
  unknown: { icon: CircleQuestionMark, word: 'Not known', tone: 'text-warning' },
  unused: { icon: CircleDashed, word: 'Not used', tone: 'text-muted' },
} as const

export type Look = keyof typeof LOOKS
