import { isRecord } from '../../domain/json.ts'
import { valueAt, withValue, type Declaration, type Kind } from './declaration.ts'

/** What a form begins with, of what is stored. Of a channel, only the settings that are no secret are answered. */
export function editable(kind: string, stored: { name: string }): Declaration {
  if (kind !== 'channel') return { ...stored }
  const { name, type, settings } = stored as { name: string; type?: unknown; settings?: unknown }
  return { name, [String(type)]: isRecord(settings) ? settings : {} }
}

/** Settings of channels that are secret. */
const SECRETS = [
  ['slack', 'webhook_url'],
  ['pagerduty', 'routing_key'],
  ['webhook', 'secret'],
  ['github', 'token'],
] as const

/** As it is shown: secrets come from the environment, as they should in a file. */
export function withoutSecrets(declaration: Declaration): Declaration {
  const variable = `\${${declaration.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_') || 'CHANNEL'}_SECRET}`
  return SECRETS.reduce(
    (shown, path) => (valueAt(shown, path) === undefined ? shown : withValue(shown, path, variable)),
    declaration,
  )
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
