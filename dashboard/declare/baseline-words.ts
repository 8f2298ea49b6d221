import { formatTime } from '../format.ts'
import type { Baseline } from '../queries/baselines.ts'

/** Where the rows of a baseline came from. */
export function sourceWords(source: Baseline['source']): string {
  if ('file' in source)
    return source.mlflow === undefined
      ? 'from a file'
      : `from version ${source.mlflow.version} of ${source.mlflow.model} in MLflow`
  const { from, to, version } = source.window
  const of = version === undefined ? 'predictions' : `predictions of version ${version}`
  return `${of} from ${formatTime(from)} to ${formatTime(to)}`
}
