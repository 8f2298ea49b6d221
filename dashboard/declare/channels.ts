import type { Answer } from '../queries/answer.ts'

type Kind = Answer<'listChannels'>['channels'][number]['type']

/** One setting of a channel, as the form asks for it. */
export interface ChannelField {
  key: string
  label: string
  /** `secret`: never shown again. `lines`: one value a line. Otherwise text, or one of the options. */
  control: 'text' | 'secret' | 'lines' | 'choice'
  help?: string
  placeholder?: string
  /** Whether the channel can do without it. */
  isOptional?: boolean
  options?: readonly (readonly [value: string, text: string])[]
  /** Whether the query of this address may hold a token. */
  hidesQuery?: boolean
}

interface ChannelForm {
  label: string
  takesAlerts: boolean
  retrains: boolean
  /** What the settings begin with: what the channel cannot do without. */
  start: Readonly<Record<string, unknown>>
  fields: readonly ChannelField[]
}

export const CHANNEL_FORMS: Record<Kind, ChannelForm> = {
  slack: {
    label: 'Slack',
    takesAlerts: true,
    retrains: false,
    start: { webhook_url: '' },
    fields: [
      {
        key: 'webhook_url',
        label: 'Webhook URL',
        control: 'secret',
        placeholder: 'https://hooks.slack.com/services/…',
        help: 'URL of an incoming webhook.',
      },
    ],
  },
  email: {
    label: 'Email',
    takesAlerts: true,
    retrains: false,
    start: { to: [] },
    fields: [
      {
        key: 'to',
        label: 'To',
        control: 'lines',
        placeholder: 'oncall@example.com',
        help: 'One address per line. The server is set by SMTP_URL.',
      },
      {
        key: 'cc',
        label: 'Cc (optional)',
        control: 'lines',
        help: 'One address per line.',
        isOptional: true,
      },
      {
        key: 'from',
        label: 'From (optional)',
        control: 'text',
        help: 'By default SMTP_FROM.',
        isOptional: true,
      },
    ],
  },
  pagerduty: {
    label: 'PagerDuty',
    takesAlerts: true,
    retrains: false,
    start: { routing_key: '' },
    fields: [
      {
        key: 'routing_key',
        label: 'Integration key',
        control: 'secret',
        help: 'The key of an “Events API v2” integration: 32 letters and digits.',
      },
      {
        key: 'url',
        label: 'Region',
        control: 'choice',
        isOptional: true,
        options: [
          ['https://events.pagerduty.com', 'United States'],
          ['https://events.eu.pagerduty.com', 'European Union'],
        ],
      },
    ],
  },
  webhook: {
    label: 'Signed webhook',
    takesAlerts: true,
    retrains: true,
    start: { url: '', secret: '' },
    fields: [
      {
        key: 'url',
        label: 'URL',
        control: 'text',
        placeholder: 'https://example.com/hooks/drift',
        hidesQuery: true,
      },
      {
        key: 'secret',
        label: 'Secret',
        control: 'secret',
        help: 'Signs each message. Create one with `echo whsec_$(openssl rand -base64 32)`.',
      },
    ],
  },
  github: {
    label: 'GitHub workflow, for retraining only',
    takesAlerts: false,
    retrains: true,
    start: { repository: '', token: '' },
    fields: [
      { key: 'repository', label: 'Repository', control: 'text', placeholder: 'owner/name' },
      {
        key: 'token',
        label: 'Token',
        control: 'secret',
        help: 'A fine-grained token that may write the contents of the repository.',
      },
      {
        key: 'event_type',
        label: 'Event type (optional)',
        control: 'text',
        placeholder: 'driftgauge_retrain',
        isOptional: true,
      },
      {
        key: 'api_url',
        label: 'API address (optional)',
        control: 'text',
        placeholder: 'https://api.github.com',
        isOptional: true,
      },
    ],
  },
}

export const CHANNEL_TYPES = Object.keys(CHANNEL_FORMS) as Kind[]

const namesOf = (all: Answer<'listChannels'> | undefined, isWanted: (form: ChannelForm) => boolean) =>
  (all?.channels ?? [])
    .filter(({ type }) => isWanted(CHANNEL_FORMS[type]))
    .map(({ name }): [string, string] => [name, name])

/** Channels that alerts can be sent to, to choose from. */
export const alertChannels = (all: Answer<'listChannels'> | undefined) =>
  namesOf(all, ({ takesAlerts }) => takesAlerts)

/** Channels that can be asked for a retraining. */
export const retrainTargets = (all: Answer<'listChannels'> | undefined) =>
  namesOf(all, ({ retrains }) => retrains)
