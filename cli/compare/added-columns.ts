import { isPandasIndex } from '../../ingest/columns/column-roles.ts'
import { holds, type Inputs } from './inputs.ts'

/** Columns that only the current file has. */
export function addedColumns({ baseline, current, ignored }: Inputs): string[] {
  return current.columns
    .map(({ name }) => name)
    .filter((name) => !ignored.has(name) && !holds(baseline, name) && !isPandasIndex(name))
}
