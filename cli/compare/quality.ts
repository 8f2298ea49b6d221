import { COMPARISON_LEVEL } from '../../detectors/verdict/comparison-level.ts'
import type { ColumnFindingName, QualityFinding } from '../../domain/data-finding.ts'
import { compareSeverity } from '../../domain/severity.ts'
import { closest } from '../../domain/suggest.ts'
import { quoted } from '../../domain/printable.ts'
import { judgeColumnQuality, qualityTests, type ColumnQuality } from '../../detectors/quality/judge-column.ts'
import type { ColumnRule } from '../../detectors/quality/column-rule.ts'
import { steadyIn, type Steady } from '../../detectors/quality/steady.ts'
import { gradeDuplicates } from '../../detectors/quality/judge-model.ts'
import { rowsOf } from '../../detectors/verdict/column-input.ts'
import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import { percent } from '../../detectors/verdict/phrases.ts'
import type { CountedColumn } from './counted-column.ts'
import type { IdCounts } from './duplicate-ids.ts'
import { holds, OUTCOMES, type Inputs } from './inputs.ts'
import { addedColumns } from './added-columns.ts'

/** What is wrong with a column of the current file. */
export interface FileFinding extends QualityFinding<ColumnFindingName | 'unknown_features' | 'duplicates'> {
  column: string
  /** The column of the other file that was probably renamed to, or from, this one. */
  resembles?: string
}

export interface FileQuality {
  /** How many columns had rows enough to be judged. */
  judged: number
  /** The gravest first. */
  findings: FileFinding[]
}

export interface Judged {
  counted: readonly CountedColumn[]
  inputs: Inputs
  ids: readonly IdCounts[]
  /** Columns that are judged as labels or predictions, by request. */
  labels: readonly string[]
}

/** Shorter names resemble one another by chance. */
const LEAST_LENGTH = 3

/** What is wrong with the data of the current file, by the judgements of the service's monitors. Pure. */
export function judgeFileQuality({ counted, inputs, ids, labels }: Judged): FileQuality {
  const columns = counted.map((one) => qualityOf(one, labels))
  const tests = columns.reduce((sum, column) => sum + qualityTests(column), 0)
  const { minRows } = DEFAULT_RULE
  const rule = { alpha: COMPARISON_LEVEL / tests, minRows }
  const present = columns.filter((_, i) => counted[i].column.absent === undefined)
  const findings = [
    ...presenceFindings(inputs),
    ...present.flatMap((column) =>
      judgeColumnQuality({ ...column, steady: steadyInFile(column, rule) }, rule).map(
        (finding): FileFinding => {
          // Here the window is a file. The first such words are ours: no name of a column comes before them.
          const explanation = finding.explanation.replace('the window', 'the current file')
          return { column: column.name, ...finding, explanation }
        },
      ),
    ),
    ...ids.flatMap((id) => duplicates(id, minRows)),
  ]
  const hasRows = ({ baseline, window }: ColumnQuality) =>
    rowsOf(baseline).n >= minRows && rowsOf(window).n >= minRows
  return {
    judged: present.filter(hasRows).length,
    findings: findings.toSorted((a, b) => compareSeverity(b.severity, a.severity)),
  }
}

/** One file has no hours by which to tell what is steady by nature. */
function steadyInFile(column: ColumnQuality, { alpha }: ColumnRule): Steady | undefined {
  const found = steadyIn(column, [{ hours: 0, profile: column.window }], alpha)
  return found && { ...found, hours: undefined }
}

function qualityOf({ column, input }: CountedColumn, labels: readonly string[]): ColumnQuality {
  const { name, invalid, currentInvalid } = column
  return {
    ...input,
    name,
    invalid: { baseline: invalid?.count ?? 0, window: currentInvalid?.count ?? 0 },
    isFeature: !OUTCOMES.includes(name) && !labels.includes(name),
  }
}

/** Columns that only one of the files has. */
function presenceFindings(inputs: Inputs): FileFinding[] {
  const added = addedColumns(inputs)
  const absent = absentColumns(inputs)
  const renamed = renamedColumns(
    absent.map(({ column }) => column),
    added,
  )
  const former = new Map([...renamed].map(([column, alike]) => [alike, column]))
  const whole = { share: 1, expected: 0 }
  const like = (resembles: string | undefined) => (resembles === undefined ? {} : { resembles })
  return [
    ...absent.map(({ column, severity, why }): FileFinding => {
      const alike = renamed.get(column)
      const hint = alike === undefined ? '' : ` It may have been renamed to ${quoted(alike)}.`
      const explanation = `The column ${why}.${hint}`
      return { column, finding: 'schema', severity, ...whole, explanation, ...like(alike) }
    }),
    ...added.map((column): FileFinding => {
      const alike = former.get(column)
      const hint = alike === undefined ? '' : ` It may be ${quoted(alike)} under a new name.`
      const explanation = `Only the current file has this column, so it is not compared.${hint}`
      return {
        column,
        finding: 'unknown_features',
        severity: 'warning',
        ...whole,
        explanation,
        ...like(alike),
      }
    }),
  ]
}

/** Of columns that are gone, what each was probably renamed to: every name at most once. */
function renamedColumns(gone: readonly string[], added: readonly string[]): ReadonlyMap<string, string> {
  const open = new Set(added)
  const renamed = new Map<string, string>()
  for (const column of gone) {
    const alike = column.length < LEAST_LENGTH ? undefined : closest(column, open)
    if (alike === undefined) continue
    renamed.set(column, alike)
    open.delete(alike)
  }
  return renamed
}

/** Columns of which the current file has nothing; ids and times are not compared, so without them less is lost. */
function absentColumns({ columns, leftOut, current }: Inputs) {
  const compared = columns.flatMap(({ name, absent }) =>
    absent === undefined ? [] : [{ column: name, severity: 'critical' as const, why: absent }],
  )
  const others = leftOut
    .filter(({ column, reason }) => reason !== 'index' && !holds(current, column))
    .map(({ column }) => ({ column, severity: 'warning' as const, why: 'is not in the current file' }))
  return [...compared, ...others]
}

function duplicates({ column, baseline, current }: IdCounts, minRows: number): FileFinding[] {
  const expected = baseline.looked === 0 ? 0 : baseline.reused / baseline.looked
  const found = gradeDuplicates(current, minRows, expected)
  if (found === undefined) return []
  const usual = expected === 0 ? 'The baseline has none.' : `In the baseline it is ${percent(expected)}.`
  const explanation = `${percent(found.share)} of ids occur in more than one row. ${usual}`
  return [{ column, finding: 'duplicates', ...found, expected, explanation }]
}
