import { isRecord } from '../../domain/json.ts'
import { CHANNEL_FORMS, CHANNEL_TYPES, type ChannelField } from './channels.ts'
import { partText, valueAt, withValue, type Declaration, type Kind, type Path } from './declaration.ts'

/** What a form begins with, of what is stored. Of a channel, only the settings that are no secret are answered. */
export function editable(kind: string, stored: { name: string }): Declaration {
  if (kind === 'source') {
    const { state: _, ...declared } = stored as { name: string; state?: unknown }
    return declared
  }
  if (kind !== 'channel') return { ...stored }
  const { name, type, settings } = stored as { name: string; type?: unknown; settings?: unknown }
  const known = CHANNEL_TYPES.find((one) => one === type)
  const start = known === undefined ? {} : CHANNEL_FORMS[known].start
  return { name, [String(type)]: { ...start, ...(isRecord(settings) ? settings : {}) } }
}

/** Of every kind of channel the settings of a sort, by their path. */
const settingsThat = (isWanted: (field: ChannelField) => boolean): Path[] =>
  CHANNEL_TYPES.flatMap((type) =>
    CHANNEL_FORMS[type].fields.filter(isWanted).map(({ key }): Path => [type, key]),
  )
const SECRETS = settingsThat(({ control }) => control === 'secret')
const HIDE_QUERY = settingsThat(({ hidesQuery }) => hidesQuery === true)

/** As it is shown: secrets come from the environment, as they should in a file. */
export function withoutSecrets(declaration: Declaration): Declaration {
  const prefix = declaration.name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_') || 'CHANNEL'
  const textAt = (path: Path) => {
    const value = valueAt(declaration, path)
    return typeof value === 'string' ? value : undefined
  }
  const hidden = [
    ...SECRETS.filter((path) => textAt(path) !== undefined).map((path) => [path, 'SECRET'] as const),
    ...HIDE_QUERY.filter((path) => textAt(path)?.includes('?')).map((path) => [path, 'URL'] as const),
  ]
  return hidden.reduce<Declaration>(
    (shown, [path, suffix]) => withValue(shown, path, `\${${prefix}_${suffix}}`),
    declaration,
  )
}

/** What may be kept in the browser of a declaration that is being typed: secrets are not. */
export function keepable(declaration: Declaration): Declaration {
  const text = (path: Path) => {
    const value = valueAt(declaration, path)
    return typeof value === 'string' ? value : ''
  }
  const kept = [
    ...SECRETS.map((path) => [path, ''] as const),
    ...HIDE_QUERY.map((path) => [path, text(path).replace(/\?.*$/s, '')] as const),
  ].filter(([path]) => text(path) !== '')
  return kept.reduce<Declaration>((rest, [path, value]) => withValue(rest, path, value), declaration)
}

/** A part of a change in few words, without secrets. */
export function shownPart(path: Path, value: unknown): string {
  const isAt = (other: Path) => other.join('.') === path.join('.')
  if (SECRETS.some(isAt)) return 'entered anew'
  const text = partText(value)
  return HIDE_QUERY.some(isAt) ? text.replace(/\?.*$/s, '?…') : text
}

/** Whether one that was removed is as before once it is declared again. */
export const isLossless = (kind: Kind) => kind === 'route' || kind === 'monitor' || kind === 'topic'

const CONSEQUENCES: Record<Kind, string> = {
  model:
    'Its predictions and labels are deleted permanently. Baselines, results and alerts are kept, but no baseline is active.',
  monitor: 'The monitor is no longer evaluated. Its results and the history of its alerts are kept.',
  channel:
    'Nothing is sent to the channel any longer. First remove it from the monitors and routes that name it.',
  source:
    'Nothing is taken from the source any longer. Rows that were taken are kept, but not the record of which files were: if the source is declared again, it takes all of them again.',
  route: 'Alerts go only to the channels that their monitors and other routes name.',
  topic:
    'The topic is no longer read. Predictions and labels that were read from it are kept. If KAFKA_PREDICTIONS_TOPIC or KAFKA_LABELS_TOPIC names the topic, it is read in Driftgauge’s own shape.',
}
export const removalConsequence = (kind: Kind) => CONSEQUENCES[kind]
