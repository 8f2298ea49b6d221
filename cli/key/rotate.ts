import { quoted } from '../../domain/printable.ts'
import { adviseIfMissing } from '../client/advise.ts'
import type { Api } from '../client/api-client.ts'
import { say, sayJson } from '../shared/print.ts'
import { plural, printable } from '../shared/text.ts'
import type { NewKey } from './key.ts'

/** Replaces a key, and prints the new one alone on standard output, so that it can be piped. */
export async function rotate(api: Api, id: string, graceHours: number, json: boolean): Promise<void> {
  const rotating = api.post<NewKey>(`/keys/${id}/rotate`, { grace_hours: graceHours })
  const made = await adviseIfMissing(rotating, '"driftgauge key list" lists the keys.')
  if (json) return void sayJson(made)
  const end = graceHours === 0 ? 'is refused from now on' : `works for ${plural(graceHours, 'hour')} more`
  const told = `Rotated the key ${quoted(made.name)}: the old one ${end}. The new one has the id ${made.id} and is shown only this once:`
  process.stderr.write(`${printable(told)}\n`)
  say(printable(made.key))
}
