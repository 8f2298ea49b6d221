import { isDeepStrictEqual } from 'node:util'
import type { Source } from '../../control/declared/sources/source.ts'
import { notDeclared } from '../problem.ts'
import type { Declared } from './declared.ts'

/** Refuses a source of a model that nobody declared. */
export async function checkSourceModel(
  source: Source,
  before: Source | undefined,
  declared: Declared,
): Promise<void> {
  if (isDeepStrictEqual(source, before)) return
  if ((await declared.model(source.model)) === undefined)
    notDeclared([{ path: 'model', message: `there is no model "${source.model}"` }])
}
