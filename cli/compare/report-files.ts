import { constants } from 'node:fs'
import { access, realpath, stat, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { binsOf } from '../../api/answers/bins.ts'
import type { DistributionBin } from '../../charts/data.ts'
import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import { statisticName } from '../../domain/words/wording.ts'
import type { CompareReport } from '../../report/compare/data.ts'
import { compareMarkdown } from '../../report/compare/markdown.ts'
import { CODE_VERSION } from '../../service/version.ts'
import { printable, thousands } from '../shared/text.ts'
import type { Comparison } from './compare-files.ts'
import type { CountedColumn } from './counted-column.ts'
import { decimal, percentages, probability, range } from './format.ts'
import type { Files } from './inputs.ts'
import { legendEntries } from './legend.ts'
import { UnusableInput, type CompareOptions } from './options.ts'
import { distance, headline, share } from './render.ts'
import { bySeverity, type ReportColumn } from './report.ts'

type Targets = Pick<CompareOptions, 'html' | 'markdown' | 'allCharts' | 'json'>

/** The files that a report is written to. */
const pathsOf = ({ html, markdown }: Targets) =>
  [html, markdown === '-' ? undefined : markdown].filter((path) => path !== undefined)

/** Throws `UnusableInput` where a report could not be written, before anything is compared. */
export async function checkTargets(files: Files, targets: Targets): Promise<void> {
  if (targets.allCharts && targets.html === undefined)
    throw new UnusableInput('--all-charts needs --html FILE.')
  if (targets.json && targets.markdown === '-')
    throw new UnusableInput('--json and --markdown - both print to standard output.')
  const compared = await Promise.all([files.baseline, files.current].map((path) => realpath(path)))
  for (const path of pathsOf(targets)) {
    const existing = await realpath(path).catch(() => undefined)
    if (existing !== undefined && compared.includes(existing))
      throw new UnusableInput(`${printable(path)} is one of the files to compare.`)
    await access(dirname(path), constants.W_OK).catch((cause: unknown) => refuse(path, cause))
    if (existing !== undefined && !(await stat(existing)).isFile())
      throw new UnusableInput(`${printable(path)} is not a file.`)
  }
}

/** Writes the reports that are asked for; returns the Markdown that is to be printed instead. */
export async function writeReports(
  report: CompareReport,
  { html, markdown, allCharts }: Targets,
): Promise<string | undefined> {
  if (html !== undefined) {
    // Loaded here: what draws charts takes its time.
    const { comparePage } = await import('../../report/compare/page.ts')
    const { NO_LIMITS, USUAL_LIMITS } = await import('../../report/compare/limits.ts')
    const limits = allCharts ? NO_LIMITS : USUAL_LIMITS
    await write(html, comparePage(report, { ...limits, wayOut: 'Run it with --all-charts to include them.' }))
  }
  if (markdown === undefined) return undefined
  const text = compareMarkdown(report)
  if (markdown === '-') return text
  await write(markdown, text)
  return undefined
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => refuse(path, cause))
}

function refuse(path: string, cause: unknown): never {
  throw new UnusableInput(`${printable(path)} cannot be written: ${printable((cause as Error).message)}`)
}

/** What a report tells of a comparison. */
export function toReport(
  comparison: Comparison,
  { files, notes, now }: { files: Files; notes: readonly string[]; now: Date },
): CompareReport {
  const { report, counted } = comparison
  const inputOf = new Map(report.columns.map((column, i) => [column, counted[i]]))
  return {
    headline: headline(report),
    verdict: report.verdict,
    baseline: { name: basename(files.baseline), rows: report.baseline.rows },
    current: { name: basename(files.current), rows: report.current.rows },
    columns: report.columns.toSorted(bySeverity).map((column) => toColumn(column, inputOf.get(column)!)),
    thresholds: DEFAULT_RULE.thresholds,
    quality: {
      judged: report.quality.judged,
      findings: report.quality.findings.map(({ share: now, expected, ...finding }) => ({
        ...finding,
        share: percentages(expected, now),
      })),
    },
    notes,
    method: legendEntries(comparison),
    release: CODE_VERSION,
    createdAt: now,
  }
}

function toColumn(column: ReportColumn, { input }: CountedColumn): CompareReport['columns'][number] {
  const { statistics, baseline, current } = column
  return {
    column: column.column,
    kind: column.kind,
    verdict: column.verdict,
    explanation: column.explanation,
    effect: column.effect,
    figures: {
      effect: decimal(column.effect),
      psi: decimal(statistics.psi?.value),
      distance: distance(column),
      p: probability((statistics.ks ?? statistics.chi_square)?.p_value),
      missing: percentages(share(baseline), share(current)),
    },
    statistics: [
      ...Object.entries(statistics).map(
        ([name, { value, bound }]) => [statisticName(name), range(value, bound ?? 0)] as const,
      ),
      ['Noise floor', decimal(column.noise_floor)],
      ['Rows', `${thousands(baseline.n)} and ${thousands(current.n)}`],
    ],
    bins: binsOf(input).map(
      ({ label, kind, baseline_share, window_share, contribution }): DistributionBin => ({
        label,
        kind,
        baselineShare: baseline_share,
        windowShare: window_share,
        contribution,
      }),
    ),
  }
}
