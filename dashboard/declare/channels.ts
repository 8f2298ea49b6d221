import type { Answer } from '../queries/answer.ts'

/** Channels that alerts can be sent to, to choose from. */
export const alertChannels = (all: Answer<'listChannels'> | undefined): [string, string][] =>
  (all?.channels ?? []).filter(({ type }) => type !== 'github').map(({ name }) => [name, name])

/** Channels that can be asked for a retraining. */
export const retrainTargets = (all: Answer<'listChannels'> | undefined): [string, string][] =>
  (all?.channels ?? [])
    .filter(({ type }) => type === 'github' || type === 'webhook')
    .map(({ name }) => [name, name])

/** What the settings of each kind of channel begin with: what it cannot do without. */
export const CHANNEL_STARTS = {
  slack: { webhook_url: '' },
  email: { to: [] },
  pagerduty: { routing_key: '' },
  webhook: { url: '', secret: '' },
  github: { repository: '', token: '' },
} as const
