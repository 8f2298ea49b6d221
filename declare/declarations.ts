import { readFileSync } from 'node:fs'
import { declareMonitor } from '../detectors/run/declare-monitor.ts'
import { alertRoutes } from '../control/declared/alert-route.ts'
import { channels } from '../control/declared/channel.ts'
import { experiments } from '../control/declared/experiment.ts'
import type { Store } from '../store/engine/client.ts'
import type { Models } from '../store/models.ts'
import { sources } from '../control/declared/sources/source.ts'
import { topics } from '../store/topic.ts'
import { ConfigError, type Environment } from '../config.ts'
import { faultLines } from './faults.ts'
import { faultsByItself, namesIn, readText, type Declared } from './read.ts'

/** What a service starts with. */
export type Declarations = Omit<Declared, 'channels' | 'topics' | 'routes' | 'experiments' | 'sources'> &
  Partial<Pick<Declared, 'channels' | 'topics' | 'routes' | 'experiments' | 'sources'>>

/** Declares everything, in the order in which it refers to one another. */
export async function declareAll(
  store: Store,
  models: Models,
  declarations: Declarations,
  now: Date,
): Promise<void> {
  for (const model of declarations.models) await models.declare(model, now)
  for (const channel of declarations.channels ?? [])
    await channels.put(store.control, channel.name, channel, now)
  for (const monitor of declarations.monitors) await declareMonitor(store, monitor, now)
  for (const route of declarations.routes ?? []) await alertRoutes.put(store.control, route.name, route, now)
  for (const experiment of declarations.experiments ?? [])
    await experiments.put(store.control, experiment.name, experiment, now)
  for (const source of declarations.sources ?? []) await sources.put(store.control, source.name, source, now)
  for (const topic of declarations.topics ?? []) await topics.put(store.control, topic.name, topic, now)
}

/**
 * Reads models, monitors, channels, routes, topics, experiments and sources from a YAML file, with variables of the environment filled in.
 * Throws {@link ConfigError} with every fault, each with file, line and column.
 */
export function readDeclarations(path: string, environment: Environment = process.env): Declared {
  return parseDeclarations(readDeclarationFile(path), path, environment)
}

/** The same of a text; `path` is what it is called in messages. */
export function parseDeclarations(
  text: string,
  path: string,
  environment: Environment = process.env,
): Declared {
  const read = readText(text, environment)
  const faults = faultsByItself(read, namesIn(read))
  if (faults.length > 0 || read.declarations === undefined)
    throw new ConfigError(faultLines(path, faults).join('\n'))
  return read.declarations
}

/** The text of a file, or of the standard input for `-`. */
export function readDeclarationFile(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path === '-' ? 0 : path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new ConfigError(`${path}: the file is not UTF-8 text.`)
    throw new ConfigError(code === 'ENOENT' ? `${path}: the file does not exist.` : `${path}: ${message}`)
  }
}
