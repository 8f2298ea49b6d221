import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CircleOff from '@lucide/svelte/icons/circle-off'
import Crown from '@lucide/svelte/icons/crown'
import Equal from '@lucide/svelte/icons/equal'
import Hourglass from '@lucide/svelte/icons/hourglass'
import Rocket from '@lucide/svelte/icons/rocket'
import TrendingUp from '@lucide/svelte/icons/trending-up'
import Undo from '@lucide/svelte/icons/undo-2'
import type { Standing } from '../../queries/experiments.ts'

const CALM = 'text-ink bg-sunken'
const MUTED = 'text-muted bg-sunken'
const OPEN = 'text-warning bg-warning-fill'

/** How each state of an experiment looks: a shape, a word and a tone. What waits for a person stands out. */
const STATES = {
  champion_better: { icon: Crown, word: 'Champion better', tone: OPEN },
  challenger_better: { icon: TrendingUp, word: 'Challenger better', tone: OPEN },
  equivalent: { icon: Equal, word: 'Equivalent', tone: OPEN },
  inconclusive: { icon: CircleOff, word: 'Ended without a decision', tone: OPEN },
  undecided: { icon: Hourglass, word: 'In progress', tone: CALM },
} as const satisfies Record<Standing['state'], object>
const CLOSED = {
  promoted: { icon: Rocket, word: 'Promoted' },
  kept: { icon: Undo, word: 'Kept' },
} as const

/** What a badge shows of an experiment: its state, and what a person made of it. */
export function badgesOf(standing: Standing | null) {
  if (standing === null) return [{ icon: CircleDashed, word: 'Not looked at yet', tone: MUTED }]
  const state = STATES[standing.state]
  if (standing.closed === null) return [state]
  return [
    { ...CLOSED[standing.closed.decision], tone: CALM },
    { ...state, tone: MUTED },
  ]
}
