import { documents } from './documents.ts'
import type { Model } from './model.ts'

/** The declared models, by name. */
export const models = documents<Model>('models')
