import Ban from '@lucide/svelte/icons/ban'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CirclePause from '@lucide/svelte/icons/circle-pause'
import CirclePlay from '@lucide/svelte/icons/circle-play'
import CircleSlash from '@lucide/svelte/icons/circle-slash'
import CircleX from '@lucide/svelte/icons/circle-x'
import ClockAlert from '@lucide/svelte/icons/clock-alert'
import Eye from '@lucide/svelte/icons/eye'
import Hourglass from '@lucide/svelte/icons/hourglass'
import Hand from '@lucide/svelte/icons/hand'
import MailX from '@lucide/svelte/icons/mail-x'
import Send from '@lucide/svelte/icons/send'
import type { RetrainAction, Retrain, RetrainDetail } from '../../queries/retrains.ts'

const CALM = 'text-ink bg-sunken'
const MUTED = 'text-muted bg-sunken'
const WARNING = 'text-warning bg-warning-fill'

/** How each status of a retraining looks: a shape, a word and a tone. */
export const RETRAIN_STATUS = {
  awaiting_approval: { icon: Hand, word: 'Waiting for approval', tone: WARNING },
  held: { icon: CirclePause, word: 'Held back', tone: WARNING },
  deferred: { icon: Hourglass, word: 'Waiting', tone: CALM },
  requested: { icon: Send, word: 'Being sent', tone: CALM },
  sent: { icon: Send, word: 'Sent', tone: CALM },
  accepted: { icon: CirclePlay, word: 'Accepted', tone: CALM },
  running: { icon: CirclePlay, word: 'Running', tone: CALM },
  succeeded: { icon: CircleCheck, word: 'Succeeded', tone: CALM },
  failed: { icon: CircleX, word: 'Failed', tone: 'text-critical bg-critical-fill' },
  rejected: { icon: Ban, word: 'Rejected', tone: MUTED },
  cancelled: { icon: Ban, word: 'Cancelled', tone: MUTED },
  expired: { icon: ClockAlert, word: 'Lost', tone: WARNING },
  undeliverable: { icon: MailX, word: 'Not delivered', tone: WARNING },
  refused: { icon: CircleSlash, word: 'Not requested', tone: MUTED },
  dry_run: { icon: Eye, word: 'Dry run', tone: MUTED },
} as const satisfies Record<Retrain['status'], object>

const UNDER_WAY: readonly RetrainAction[] = ['cancel']

/** What a person can do at each status, the usual choice first. */
export const RETRAIN_ACTIONS: Partial<Record<Retrain['status'], readonly RetrainAction[]>> = {
  awaiting_approval: ['approve', 'reject'],
  held: ['approve', 'reject'],
  deferred: ['approve', 'reject'],
  requested: UNDER_WAY,
  sent: UNDER_WAY,
  accepted: UNDER_WAY,
  running: UNDER_WAY,
  undeliverable: ['replay'],
}

/** Events of a retraining, in words. */
export const EVENT_WORDS: Record<RetrainDetail['events'][number]['type'], string> = {
  awaiting_approval: 'waiting for approval',
  held: 'held back',
  deferred: 'waiting',
  joined: 'more alerts joined',
  released: 'released',
  requested: 'requested',
  refused: 'not requested',
  dry_run: 'recorded as a dry run',
  approved: 'approved',
  rejected: 'rejected',
  cancelled: 'cancelled',
  sending: 'delivery attempt',
  sent: 'sent',
  not_sent: 'not delivered, will be retried',
  undeliverable: 'could not be delivered',
  replayed: 'queued to be sent again',
  accepted: 'accepted by the pipeline',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  expired: 'lost',
  baseline: 'compared with a new baseline',
  baseline_failed: 'no baseline of the new version',
}

/** Where the period to train on begins. */
export const BASES: Record<RetrainDetail['training']['basis'], string> = {
  change_point: 'from the hour of the change',
  first_drifted_window: 'from the first window that drifted',
  window: 'the newest window',
}
