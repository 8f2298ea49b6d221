import { channels, type Channel } from '../../control/declared/channel.ts'
import type { Model } from '../../control/declared/model.ts'
import type { ApiContext } from '../context.ts'

/** What declarations refer to. */
export interface Declared {
  model: (name: string) => Promise<Model | undefined>
  channels: () => Promise<readonly Channel[]>
}

export function declaredIn({ models, store }: Pick<ApiContext, 'models' | 'store'>): Declared {
  return { model: (name) => models.find(name), channels: () => channels.list(store.control) }
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
