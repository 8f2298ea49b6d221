import { dirname, join } from 'node:path'
import { ConfigError, readConfig, type Environment } from '../../config.ts'
import { fileProblem } from '../../ingest/files/open-file.ts'
import { printable } from '../shared/text.ts'
import { onSignal } from '../shared/workspace.ts'
import { compileBatches } from './batches.ts'
import { targetOf, withDestination, withSource } from './open.ts'
import type { ReplayOptions } from './options.ts'
import { createPace, rowsAtOnce } from './pace.ts'
import { createReport } from './report.ts'
import { openState } from './state.ts'
import { NOTHING, type Tally } from './tally.ts'
import { transfer, type Progress } from './transfer.ts'

export interface Replayed {
  tally: Tally
  /** Number of the row after which it went on; 0 where it began. */
  resumedAfter: number
  seconds: number
}

/** Sends the events of a file, from where an earlier attempt stopped. Throws what to do where it cannot. */
export async function replayFile(
  environment: Environment,
  file: string,
  options: ReplayOptions,
): Promise<Replayed> {
  const problem = await fileProblem(file)
  if (problem !== undefined) throw new ConfigError(`${printable(file)}: ${problem}`)
  const config = readConfig(environment)
  const { model, to, columns, kinds, timezone, labelDelay, rate } = options
  const target = targetOf(environment, config, options)
  // The name of a state follows from these keys too, so that a replay from before an upgrade goes on.
  const state = await openState(join(dirname(config.spool), 'replays'), file, { model, to, columns, kinds: [...kinds], timeZone: timezone, labelDelay, target }) // prettier-ignore
  if (options.restart) await state.remove()
  const found = await state.read()
  const report = createReport()
  if (found !== undefined)
    report.note(`Continuing after row ${found.position} of ${file}, where it stopped at ${found.savedAt}; use --restart to start over.`) // prettier-ignore

  const start: Progress = found ?? { position: 0, tally: NOTHING }
  let reached = start.position
  const stopped = () => {
    report.stop()
    if (reached > 0) report.note(`Stopped after row ${reached}; the same command continues from there.`)
  }
  const began = performance.now()
  const release = onSignal(stopped)
  try {
    const end = await withDestination(environment, config, options, report, (destination, store) =>
      withSource(environment, store, file, options, destination, report, async (source) => {
        const delayOf = labelDelay === undefined ? await destination.delays() : () => labelDelay
        return transfer(
          {
            source,
            destination,
            toBatches: compileBatches(columns, model, destination.needsModel, { timezone, delayOf }),
            save: async (progress) => {
              await state.save({ ...progress, savedAt: new Date().toISOString() })
              reached = progress.position
            },
            report,
            pace: rate === undefined ? undefined : createPace(rate),
            atOnce: rowsAtOnce(rate),
          },
          start,
        )
      }),
    )
    await state.remove()
    report.stop()
    return { tally: end.tally, resumedAfter: start.position, seconds: (performance.now() - began) / 1000 }
  } catch (error) {
    stopped()
    throw error
  } finally {
    release()
  }
}
