import { isRecord } from '../../domain/json.ts'
import { CHANNEL_STARTS } from './channels.ts'
import { partText, valueAt, withValue, type Declaration, type Kind, type Path } from './declaration.ts'

/** What a form begins with, of what is stored. Of a channel, only the settings that are no secret are answered. */
export function editable(kind: string, stored: { name: string }): Declaration {
  if (kind !== 'channel') return { ...stored }
  const { name, type, settings } = stored as { name: string; type?: unknown; settings?: unknown }
  const start = Object.hasOwn(CHANNEL_STARTS, String(type))
    ? CHANNEL_STARTS[type as keyof typeof CHANNEL_STARTS]
    : {}
  return { name, [String(type)]: { ...start, ...(isRecord(settings) ? settings : {}) } }
}

/** Settings of channels that are secret. */
const SECRETS = [
  ['slack', 'webhook_url'],
  ['pagerduty', 'routing_key'],
  ['webhook', 'secret'],
  ['github', 'token'],
] as const

/** A query may hold a token. */
const WEBHOOK_URL = ['webhook', 'url'] as const

/** As it is shown: secrets come from the environment, as they should in a file. */
export function withoutSecrets(declaration: Declaration): Declaration {
  const prefix = declaration.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_') || 'CHANNEL'
  const url = valueAt(declaration, WEBHOOK_URL)
  const hidden = [
    ...SECRETS.filter((path) => valueAt(declaration, path) !== undefined).map(
      (path) => [path, 'SECRET'] as const,
    ),
    ...(typeof url === 'string' && url.includes('?') ? [[WEBHOOK_URL, 'URL'] as const] : []),
  ]
  return hidden.reduce<Declaration>(
    (shown, [path, suffix]) => withValue(shown, path, `\${${prefix}_${suffix}}`),
    declaration,
  )
}

/** A part of a change in few words, without secrets. */
export function shownPart(path: Path, value: unknown): string {
  const isAt = (other: Path) => other.join('.') === path.join('.')
  if (SECRETS.some(isAt)) return 'entered anew'
  const text = partText(value)
  return isAt(WEBHOOK_URL) ? text.replace(/\?.*$/s, '?…') : text
}

/** Whether one that was removed is as before once it is declared again. */
export const isLossless = (kind: Kind) => kind === 'route' || kind === 'monitor'

const CONSEQUENCES: Record<Kind, string> = {
  model:
    'Its predictions and labels are deleted for good. Baselines, results and alerts stay, but no baseline is active.',
  monitor: 'It is not evaluated any more. Its results and the history of its alerts stay.',
  channel: 'Nothing is sent to it any more. Monitors and routes that name it must stop doing so first.',
  route: 'Alerts go only to the channels that their monitors and other routes name.',
}
export const removalConsequence = (kind: Kind) => CONSEQUENCES[kind]
