import type { Api } from '../client/api-client.ts'
import { confirm } from '../shared/confirm.ts'
import { say } from '../shared/print.ts'
import type { Kind } from './kinds.ts'
import { orMissing } from './missing.ts'

/** Removes one, after asking where nobody has said yes yet. */
export async function remove<One>(api: Api, kind: Kind<One>, name: string, yes: boolean): Promise<void> {
  const { noun, section, removal } = kind
  if (!yes) {
    await orMissing(kind, api.get(`/${section}/${name}`))
    await confirm(`This removes the ${noun} "${name}"${removal}`)
  }
  await orMissing(kind, api.delete(`/${section}/${name}`))
  say(`Removed the ${noun} "${name}".`)
}
