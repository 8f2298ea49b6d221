import { parseJson } from '../domain/json.ts'
import { rmSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ConfigError, type Config } from '../config.ts'

/** What a running service leaves in its data directory, so that commands on the same machine find it. */
const announcementSchema = z.object({
  url: z.url({ protocol: /^https?$/ }),
  pid: z.number().int().positive(),
})

const PROBE_MS = 1000

const pathOf = ({ spool }: Pick<Config, 'spool'>) => join(dirname(spool), 'service.json')

/** Tells commands where the service answers. Returns how to take that back. Throws {@link ConfigError}. */
export async function announce(config: Pick<Config, 'spool'>, url: string): Promise<() => void> {
  const path = pathOf(config)
  const draft = `${path}.${process.pid}`
  try {
    await writeFile(draft, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 })
    await rename(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new ConfigError(
      `${path} cannot be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)}). ` +
        'Remove it, or make the data directory writable.',
    )
  }
  return () => rmSync(path, { force: true })
}

/** The address of the service that uses the data directory, where one does and it answers. */
export async function announcedService(config: Pick<Config, 'spool'>): Promise<string | undefined> {
  const text = await readFile(pathOf(config), 'utf8').catch(() => undefined)
  const outcome = announcementSchema.safeParse(parseJson(text ?? ''))
  if (!outcome.success || !isAlive(outcome.data.pid)) return undefined
  const url = reachable(outcome.data.url)
  // A crash leaves the file behind, and its process id may be another process by now.
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) }).catch(
    () => undefined,
  )
  await answer?.body?.cancel()
  return answer?.ok === true ? url : undefined
}

/** The address under which this machine reaches a service that listens on every interface. */
export function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}
