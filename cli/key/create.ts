import { quoted } from '../../domain/printable.ts'
import type { Api } from '../client/api-client.ts'
import { say, sayJson } from '../shared/print.ts'
import type { NewKey, Scope } from './key.ts'

/** Creates a key, and prints it alone on standard output, so that it can be piped. */
export async function create(api: Api, name: string, scopes: readonly Scope[], json: boolean): Promise<void> {
  const created = await api.post<NewKey>('/keys', { name, scopes })
  if (json) return void sayJson(created)
  process.stderr.write(
    `Created the key ${quoted(created.name)} with ${created.scopes.join(', ')}, id ${created.id}. It is shown only this once:\n`,
  )
  say(created.key)
}
