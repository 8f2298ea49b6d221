import type { DistributionBin } from '../../charts/data.ts'
import type { Severity } from '../../domain/severity.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import type { Verdict } from '../../domain/verdict.ts'

/** What a comparison of two files found, as a report tells it. */
export interface CompareReport {
  /** The verdict in a sentence. */
  headline: string
  verdict: Verdict
  baseline: ComparedFile
  current: ComparedFile
  /** The most severe first. */
  columns: readonly ComparedColumn[]
  thresholds: Thresholds
  quality: {
    /** How many columns had rows enough. */
    judged: number
    findings: readonly Finding[]
  }
  /** What was guessed, what is not compared and what counts as missing, in sentences. */
  notes: readonly string[]
  /** How figures were computed, as terms with what they mean. */
  method: readonly (readonly [term: string, meaning: string])[]
  release: string
  createdAt: Date
}

interface ComparedFile {
  name: string
  rows: number
}

export interface ComparedColumn {
  column: string
  kind: string
  verdict: Verdict
  explanation: string
  effect: number | undefined
  /** The figures of the table, as they are printed. */
  figures: Record<'effect' | 'psi' | 'distance' | 'p' | 'missing', string>
  /** Every statistic with its name as people read it. */
  statistics: readonly (readonly [name: string, value: string])[]
  bins: readonly DistributionBin[]
}

interface Finding {
  column: string
  finding: string
  severity: Severity
  share: string
  explanation: string
}
