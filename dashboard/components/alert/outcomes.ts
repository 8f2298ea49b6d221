import Check from '@lucide/svelte/icons/check'
import Minus from '@lucide/svelte/icons/minus'
import Pause from '@lucide/svelte/icons/pause'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import X from '@lucide/svelte/icons/x'
import type { Answer } from '../../queries/answer.ts'

type Delivery = Answer<'getAlert'>['deliveries'][number]

/** What became of a message: a shape and words. */
export const OUTCOMES: Record<Delivery['status'], { icon: typeof Check; text: string }> = {
  delivered: { icon: Check, text: 'delivered' },
  failed: { icon: RotateCw, text: 'failed, will be retried' },
  given_up: { icon: X, text: 'abandoned' },
  superseded: { icon: Minus, text: 'not sent: replaced by a newer message' },
  suppressed: { icon: Minus, text: 'not sent: the alert was not sent either' },
  acknowledged: { icon: Minus, text: 'not sent: acknowledged' },
  silenced: { icon: Pause, text: 'on hold: silenced' },
  inhibited: { icon: Pause, text: 'on hold: data problem' },
  replayed: { icon: RotateCw, text: 'queued to be sent again' },
}
