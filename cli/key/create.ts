import { printable, quoted } from '../../domain/printable.ts'
import type { Api } from '../client/api-client.ts'
import { say, sayJson } from '../shared/print.ts'
import type { NewKey, Scope } from './key.ts'

/** Creates a key, and prints it alone on standard output, so that it can be piped. */
export async function create(api: Api, name: string, scopes: readonly Scope[], json: boolean): Promise<void> {
  const created = await api.post<NewKey>('/keys', { name, scopes })
  if (json) return void sayJson(created)
  const scope = created.scopes.length === 1 ? 'scope' : 'scopes'
  const told = printable(
    `Created the key ${quoted(created.name)} with the ${scope} ${created.scopes.join(', ')}, id ${created.id}. It is shown only this once:`,
  )
  process.stderr.write(`${told}\n`)
  say(printable(created.key))
}
