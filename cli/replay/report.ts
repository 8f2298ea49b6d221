import { basename } from 'node:path'
import { plural, printable, thousands, truncate } from '../shared/text.ts'
import { progressBar } from '../shared/progress.ts'
import type { Patience } from './patience.ts'
import type { Tally } from './tally.ts'

/** Tells on stderr how a replay goes. */
export interface Report extends Pick<Patience, 'onWait'> {
  /** To be called before the first rows come, which can take a while. */
  reading: () => void
  /** @param share of the file that is done, 0 to 1 */
  sent: (rows: number, share: number) => void
  note: (text: string) => void
  stop: () => void
}

const STEPS = 1000
const SHOWN_WARNINGS = 10
const REASON_SHOWN = 60

export function createReport(stream: NodeJS.WriteStream = process.stderr): Report {
  const bar = progressBar(stream)
  const began = Date.now()
  let [rows, steps] = [0, 0]
  let lastReason: string | undefined
  const note = (text: string) => void stream.write(`${printable(text)}\n`)
  return {
    reading: () => bar.update(0, STEPS, 'reading'),
    sent(more, share) {
      rows += more
      steps = Math.floor(share * STEPS)
      lastReason = undefined
      const speed = Math.round((rows * 1000) / Math.max(1, Date.now() - began))
      bar.update(steps, STEPS, `${thousands(rows)} rows, ${thousands(speed)} per second`)
    },
    onWait(reason, seconds) {
      bar.update(
        steps,
        STEPS,
        `retrying in ${Math.ceil(seconds)} s: ${truncate(printable(reason), REASON_SHOWN)}`,
      )
      // Without a bar the first pause is told, and not every one of a long outage.
      if (!stream.isTTY && lastReason !== reason) note(`Waiting: ${reason}`)
      lastReason = reason
    },
    note,
    stop: () => bar.stop(),
  }
}

/** The outcome for people. */
export function outcomeLines(file: string, to: 'api' | 'kafka', tally: Tally, seconds: number): string[] {
  const { predictions, labels, undated, rejections, warnings } = tally
  const done = to === 'api' ? 'stored' : 'sent to Kafka'
  const counts = `${plural(predictions.accepted, 'prediction')} and ${plural(labels.accepted, 'label')} ${done}`
  const rejected = predictions.rejected + labels.rejected
  const lines = [
    `${printable(basename(file))}: ${counts} in ${seconds.toFixed(1)} s, ${thousands(rejected)} rejected.`,
  ]
  for (const [delay, n] of Object.entries(undated))
    lines.push(
      `${plural(n, 'label')} without labelled_at: treated as received ${printable(delay)} after the prediction; ` +
        'use --label-delay to change this.',
    )
  for (const { row, kind, reason, detail } of rejections)
    lines.push(`  row ${row}, ${kind === 'labels' ? 'label' : 'prediction'}: ${reason}: ${printable(detail)}`)
  if (rejected > rejections.length && rejections.length > 0) lines.push(`  and ${thousands(rejected - rejections.length)} more`) // prettier-ignore
  if (warnings.length > 0) lines.push('Stored, but not as declared (docs/events.md explains each reason):')
  for (const { field, reason, count, example, resembles } of warnings.slice(0, SHOWN_WARNINGS)) {
    const shown = example === '' ? '' : `, such as ${printable(example)}`
    const meant = resembles === undefined ? '' : `; did you mean "${printable(resembles)}"?`
    lines.push(`  ${printable(field)}: ${reason}, ${plural(count, 'row')}${shown}${meant}`)
  }
  if (warnings.length > SHOWN_WARNINGS)
    lines.push(`  and ${thousands(warnings.length - SHOWN_WARNINGS)} more`)
  if (rejected > 0 && to === 'api')
    lines.push('The service keeps rejected rows: see "driftgauge dead-letters list".')
  return lines
}
