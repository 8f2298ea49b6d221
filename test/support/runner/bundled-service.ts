import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleInto } from '../bundle.ts'
import { ROOT } from '../root.ts'

/**
 * Makes what tests start as `driftgauge`: of the sources as they are, and in a few files, as loading some hundred takes
 * longer than all else that a start does. Workers take the variable from here.
 */
export default async function setup(): Promise<() => void> {
  const folder = join(ROOT, '.cache', `driftgauge-${process.pid}`)
  process.env.TEST_ENTRY = await bundleInto(folder, join(ROOT, 'main.ts'), 'main.mjs')
  return () => rmSync(folder, { recursive: true, force: true })
}
