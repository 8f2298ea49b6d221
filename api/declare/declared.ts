import { channels, type Channel } from '../../control/declared/channel.ts'
import type { Control } from '../../control/database/control.ts'
import { modelDocuments, type Model } from '../../control/declared/model.ts'

/** What declarations refer to. */
export interface Declared {
  model: (name: string) => Promise<Model | undefined>
  channels: () => Promise<readonly Channel[]>
}

export function declaredIn(control: Control): Declared {
  return { model: (name) => modelDocuments.find(control, name), channels: () => channels.list(control) }
}

/** As if these were declared as well, or in place of those of the same name. */
export function withDeclared(
  before: Declared,
  more: { models: readonly Model[]; channels: readonly Channel[] },
): Declared {
  return {
    model: async (name) => more.models.find((one) => one.name === name) ?? before.model(name),
    async channels() {
      const names = new Set(more.channels.map(({ name }) => name))
      return [...(await before.channels()).filter(({ name }) => !names.has(name)), ...more.channels]
    },
  }
}
