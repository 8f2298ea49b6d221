import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { ConfigError } from '../../config.ts'

/**
 * Asks on a terminal whether to do what cannot be undone. Without a terminal, only `--yes` does it.
 * Throws {@link ConfigError} where it is not to be done.
 */
export async function confirm(
  consequence: string,
  { stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'> = process,
): Promise<void> {
  if (!stdin.isTTY || !stderr.isTTY)
    throw new ConfigError(`${consequence} Nothing was changed: give --yes to do it.`)
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const closed = once(lines, 'close').then(() => '')
    const asked = lines.question(`${consequence} Continue? [y/N] `).catch(orNo)
    const answer = await Promise.race([asked, closed])
    if (!/^y(es)?$/i.test(answer.trim())) throw new ConfigError('Nothing was changed.')
  } finally {
    lines.close()
  }
}

/** Ctrl-C and Ctrl-D are a no. */
function orNo(error: unknown): string {
  if ((error as Error).name !== 'AbortError') throw error
  return ''
}
