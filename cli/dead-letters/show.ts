import type { Api } from '../client/api-client.ts'
import { escapeControls, printable } from '../shared/text.ts'
import type { DeadLetter } from './dead-letter.ts'

/** Prints one dead letter in full. */
export async function show(api: Api, id: string, json: boolean): Promise<void> {
  const deadLetter = await api.get<DeadLetter>(`/dead-letters/${encodeURIComponent(id)}`)
  const text = json ? escapeControls(JSON.stringify(deadLetter, null, 2)) : description(deadLetter)
  process.stdout.write(`${text}\n`)
}

function description(deadLetter: DeadLetter): string {
  const { id, received_at, recorded_at, model, reason, detail, headers, payload, cut } = deadLetter
  const lines = [
    ['id', id],
    ['rejected', received_at],
    ['recorded', recorded_at ?? 'not known'],
    ['model', model === '' ? 'none named' : model],
    ['reason', reason],
    ['detail', detail],
    ...Object.entries(headers).map(([name, value]) => ['header', `${name}: ${value}`]),
    ['payload', cut ? 'only the beginning was kept, so it cannot be replayed:' : ''],
  ]
  return [...lines.map(([name, value]) => `${name.padEnd(9)} ${printable(value)}`.trimEnd()), printable(payload)].join('\n') // prettier-ignore
}
