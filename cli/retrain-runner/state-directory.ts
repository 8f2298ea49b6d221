import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../../config.ts'
import { parseJson } from '../../domain/json.ts'
import { isAlive, processIdentity } from './process-identity.ts'
import { isForgotten, recordSchema, type RunnerRecord } from './record.ts'

const LOCK = 'runner.json'
const RECORD = 'record.json'

/** The requests that are remembered, each in a folder of its own, with the files of its command. */
export interface StateDirectory {
  all(): RunnerRecord[]
  find(id: string): RunnerRecord | undefined
  /** Remembers a new request, with what the command may read of it; once it returns, no crash forgets it. */
  add(record: RunnerRecord, request: Record<string, unknown>): void
  save(record: RunnerRecord): void
  files(id: string): { request: string; result: string; log: string }
  release(): void
}

/** Opens the directory for this process alone, and removes what is too old. Throws {@link ConfigError}. */
export function openStateDirectory(path: string, clock: () => Date): StateDirectory {
  const directory = resolve(path)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new ConfigError(`--state: ${(cause as Error).message}`)
  }
  const lock = join(directory, LOCK)
  takeLock(lock)
  const records = new Map(readRecords(directory).map((record) => [record.id, record]))
  const fileOf = (id: string, name: string) => join(directory, id, name)
  const save = (record: RunnerRecord) => {
    writeWhole(fileOf(record.id, RECORD), record)
    records.set(record.id, record)
  }
  const removeOld = () => {
    for (const record of records.values())
      if (isForgotten(record, clock())) {
        rmSync(join(directory, record.id), { recursive: true, force: true })
        records.delete(record.id)
      }
  }
  removeOld()
  return {
    all: () => [...records.values()],
    find: (id) => records.get(id),
    add(record, request) {
      removeOld()
      mkdirSync(join(directory, record.id), { recursive: true, mode: 0o700 })
      writeWhole(fileOf(record.id, 'request.json'), request)
      save(record)
    },
    save,
    files: (id) => ({
      request: fileOf(id, 'request.json'),
      result: fileOf(id, 'result.json'),
      log: fileOf(id, 'log.txt'),
    }),
    release: () => rmSync(lock, { force: true }),
  }
}

const lockSchema = z.object({ pid: z.int(), identity: z.string() })

/** Two runners in one directory would train twice. */
function takeLock(path: string): void {
  const holder = existsSync(path)
    ? lockSchema.safeParse(parseJson(readFileSync(path, 'utf8'))).data
    : undefined
  if (holder !== undefined && holder.pid !== process.pid && isAlive(holder))
    throw new ConfigError(
      `--state: process ${holder.pid} already runs on this directory. Give each runner a directory of its own.`,
    )
  writeWhole(path, { pid: process.pid, identity: processIdentity(process.pid) ?? '' })
}

function readRecords(directory: string): RunnerRecord[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name, RECORD))
    .filter((path) => existsSync(path))
    .map((path) => {
      const { data } = recordSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
      if (data !== undefined) return data
      throw new ConfigError(
        `${path} cannot be read as a record of a retraining. Restore it, or remove its folder to forget the request.`,
      )
    })
}

/** The file is there as a whole or as it was before, also after a power cut. */
function writeWhole(path: string, content: object): void {
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, JSON.stringify(content))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
