import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { ConfigError } from '../../config.ts'
import {
  bundleSchema,
  reproduceBundle,
  type Bundle,
  type ReevaluatedResult,
} from '../../detectors/reproduce/bundle.ts'
import { say, sayJson } from '../shared/print.ts'
import { plural, printable } from '../shared/text.ts'

/** Unpacked, a bundle of many wide columns has a few megabytes. */
const MAX_BYTES = 500_000_000

/** Computes the verdicts of a bundle again and prints what differs. Returns whether all that could be checked agree. */
export function reproduceFile(path: string, json: boolean, release: string): boolean {
  const bundle = readBundle(path)
  const checked = reproduceBundle(bundle)
  const agrees = checked.length > 0 && checked.every(({ evaluation }) => evaluation.status !== 'differs')
  if (json) sayJson(report(bundle, checked, agrees, release))
  else for (const line of describe(bundle, checked, release)) say(line)
  return agrees
}

function readBundle(path: string): Bundle {
  const shown = printable(path)
  let value: unknown
  try {
    const content = readFileSync(path)
    const isGzipped = content[0] === 0x1f && content[1] === 0x8b
    value = JSON.parse(
      (isGzipped ? gunzipSync(content, { maxOutputLength: MAX_BYTES }) : content).toString('utf8'),
    )
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConfigError(
      code === 'ENOENT'
        ? `${shown} is neither the id of a result nor a file that exists.`
        : `${shown} is not a bundle: ${printable(message)}`,
    )
  }
  const { format } = value as { format?: unknown }
  if (typeof format === 'number' && format > 1)
    throw new ConfigError(`${shown} was made by a newer release, whose bundles this one does not know.`)
  const parsed = bundleSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ConfigError(`${shown} is not a bundle: ${issue.path.join('.')}: ${printable(issue.message)}`)
}

function report(
  { created_at, release: of }: Bundle,
  checked: readonly ReevaluatedResult[],
  agrees: boolean,
  running: string,
) {
  return {
    agrees,
    created_at,
    release: { stored: of, running },
    results: checked.map(({ result, evaluation }) => ({
      id: result.id,
      kind: result.kind,
      column: result.column,
      segment: result.segment,
      version: result.version,
      verdict: result.verdict,
      code_version: result.code_version,
      evaluation,
    })),
  }
}

const MARKS = { agrees: '✓', differs: '✗', unavailable: '?' }

function describe(
  { alert, model, created_at, release, results }: Bundle,
  checked: readonly ReevaluatedResult[],
  running: string,
): string[] {
  const about = alert === null ? '' : ` of the alert "${String(alert.summary)}"`
  const lines = checked.flatMap(({ result, evaluation }) => {
    const slice = [result.segment, result.version && `version ${result.version}`].filter(Boolean).join(', ')
    const name = `${result.kind} ${result.column}${slice === '' ? '' : ` (${slice})`}`
    const reason =
      evaluation.status === 'unavailable' ? `cannot be checked: ${evaluation.reason}` : evaluation.status
    const differences = evaluation.status === 'differs' ? evaluation.differences : []
    return [
      `${MARKS[evaluation.status]} ${name}, window until ${result.window_end}: ${result.verdict}, ${reason}`,
      ...differences.map(
        ({ what, stored, recomputed }) =>
          `    ${what}: stored ${JSON.stringify(stored)}, now ${JSON.stringify(recomputed)}`,
      ),
    ]
  })
  const count = (status: string) => checked.filter(({ evaluation }) => evaluation.status === status).length
  return [
    `${plural(results.length, 'result')}${about}${model === null ? '' : ` on the model ${String(model.name)}`}, bundled at ${created_at}.`,
    ...lines,
    `${count('agrees')} agree, ${count('differs')} differ, ${count('unavailable')} cannot be checked.`,
    ...(release === running ? [] : [`They were bundled by version ${release}; this is ${running}.`]),
  ].map(printable)
}
