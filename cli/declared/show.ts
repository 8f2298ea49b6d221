import type { Api } from '../client/api-client.ts'
import { say, sayJson } from '../shared/print.ts'
import { yamlText } from '../shared/yaml.ts'
import type { Declared, Kind } from './kinds.ts'
import { orMissing } from './missing.ts'

/** Prints one as a file that "apply" takes. */
export async function show<One extends object>(
  api: Api,
  kind: Kind<One>,
  name: string,
  json: boolean,
): Promise<void> {
  const one = await orMissing(kind, api.get<One>(`/${kind.section}/${name}`))
  if (json) return void sayJson(one)
  const { entry, notes }: Declared = kind.declared?.(one) ?? { entry: one, notes: [] }
  say(yamlText({ [kind.section]: [inOrder(entry)] }, notes).trimEnd())
}

/** What identifies it comes first. */
function inOrder(entry: object): object {
  const { name, model, ...rest } = entry as Record<string, unknown>
  return { name, ...(model !== undefined && { model }), ...rest }
}
