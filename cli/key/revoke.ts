import { quoted } from '../../domain/printable.ts'
import { adviseIfMissing } from '../client/advise.ts'
import type { Api } from '../client/api-client.ts'
import { listAll } from '../client/list-all.ts'
import { confirm } from '../shared/confirm.ts'
import { say } from '../shared/print.ts'
import type { Key } from './key.ts'

/** Revokes a key, after asking where nobody has said yes yet. */
export async function revoke(api: Api, id: string, yes: boolean): Promise<void> {
  const stored = await listAll<Key>(api, '/keys', 'keys')
  const key = stored.find((one) => one.id === id)
  const label = key === undefined ? `key ${id}` : `key ${quoted(key.name)} (${id})`
  if (key !== undefined && !yes)
    await confirm(`This revokes the ${label}: whoever uses it is refused from then on.`)
  await adviseIfMissing(api.delete(`/keys/${id}`), '"driftgauge key list" lists the keys.')
  say(`Revoked the ${label}.`)
}
