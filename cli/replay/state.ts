import { parseJson } from '../../domain/json.ts'
import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { tallySchema } from './tally.ts'

const stateSchema = z.object({
  /** Number of the last row that was sent. */
  position: z.int().min(0),
  tally: tallySchema,
  savedAt: z.string(),
})

/** How far a replay has come. */
export type State = z.output<typeof stateSchema>

/** Where a replay's state is kept while it is not complete. */
export interface StateFile {
  read(): Promise<State | undefined>
  save(state: State): Promise<void>
  remove(): Promise<void>
}

/**
 * The state of one replay: of this very file, unchanged since, with these options. A crash while it is saved leaves the
 * one before.
 */
export async function openState(directory: string, file: string, options: object): Promise<StateFile> {
  const { size, mtimeMs } = await stat(file)
  const identity = JSON.stringify([await realpath(file), size, mtimeMs, options])
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 32)
  const path = join(directory, `${name}.json`)
  const draft = `${path}.${process.pid}`
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch(() => 'null')
      return stateSchema.safeParse(parseJson(text)).data
    },
    async save(state) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await writeFile(draft, JSON.stringify(state), { mode: 0o600 })
      await rename(draft, path)
    },
    remove: () => rm(path, { force: true }),
  }
}
