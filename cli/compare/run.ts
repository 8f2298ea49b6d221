import { progressBar } from '../shared/progress.ts'
import { compareFiles } from './compare-files.ts'
import { checkFiles, type Files } from './inputs.ts'
import { noticesOf } from './notices.ts'
import type { CompareOptions } from './options.ts'
import { writeOut, type Output } from './output.ts'
import { renderReport } from './render.ts'
import { checkFailOn, fails } from './fails.ts'
import { checkTargets, toReport, writeReports } from './report-files.ts'
import { escapeControls } from '../shared/text.ts'
import { withWorkspace, type Workspace } from '../shared/workspace.ts'

const STEPS = 1000

/** Compares two files, prints the result and returns whether it shows drift, or what else is to fail. Throws `UnusableInput`. */
export async function runComparison(files: Files, options: CompareOptions, output: Output): Promise<boolean> {
  const { failOn = [], html, markdown } = options
  checkFailOn(failOn)
  await checkFiles(files)
  await checkTargets(files, options)
  const bar = progressBar(output.stderr)
  const onProgress = (share: number, label: string) => bar.update(Math.round(share * STEPS), STEPS, label)
  // Stopped on a signal as well: a bar hides the cursor.
  const stopBar = () => bar.stop()
  const work = (workspace: Workspace) => compareFiles(workspace, files, options, onProgress)
  const comparison = await withWorkspace(work, stopBar).finally(stopBar)
  const { report } = comparison
  const notes = noticesOf(comparison, files, options)
  for (const note of notes) await writeOut(output.stderr, `note: ${note}\n`)
  const isReported = html !== undefined || markdown !== undefined
  const printed = isReported
    ? await writeReports(toReport(comparison, { files, notes, now: new Date() }), options)
    : undefined
  const text = options.json
    ? escapeControls(JSON.stringify({ ...report, notes }, null, 2))
    : renderReport(comparison, { files, all: options.all ?? false, terminal: output.stdout })
  await writeOut(output.stdout, printed ?? `${text}\n`)
  return fails(report, failOn)
}
