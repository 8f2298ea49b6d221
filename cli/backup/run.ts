import { onSignal } from '../shared/workspace.ts'
import type { Api } from '../client/api-client.ts'
import { ServiceFailure } from '../client/failure.ts'
import { progressBar, type Progress } from '../shared/progress.ts'
import { say } from '../shared/print.ts'
import { plural } from '../shared/text.ts'
import { decodeFrames, type Frame } from '../../store/backup/frames.ts'
import type { Manifest } from '../../store/backup/manifest.ts'
import { filesOf } from '../../store/backup/open-backup.ts'
import { openTarget, type BackupTarget } from './target.ts'

/** Writes a backup to a directory. What is left of one that fails is removed. */
export async function backup(api: Api, directory: string): Promise<void> {
  const target = await openTarget(directory)
  const release = onSignal(() => target.abandon())
  const progress = progressBar()
  try {
    const manifest = await receive(await api.stream('/backup'), target, progress)
    progress.stop()
    say(summaryOf(manifest, directory))
  } catch (error) {
    progress.stop()
    target.abandon()
    throw error
  } finally {
    release()
  }
}

async function receive(
  stream: AsyncIterable<Uint8Array>,
  target: BackupTarget,
  progress: Progress,
): Promise<Manifest> {
  let [done, total, name] = [0, 0, '']
  let manifest: Manifest | undefined
  for await (const frame of framesOf(stream)) {
    switch (frame.type) {
      case 'plan':
        total = frame.rows
        break
      case 'file':
        name = frame.name
        await target.begin(name)
        break
      case 'data':
        await target.write(frame.bytes)
        break
      case 'end':
        await target.end()
        // The control database comes before the plan, and is small.
        if (total > 0) progress.update((done += frame.rows), total, name)
        break
      case 'manifest':
        manifest = frame.manifest
        await target.finish(manifest)
        break
      case 'error':
        throw new ServiceFailure(`The backup failed: ${frame.message}`)
    }
  }
  // Read to the end, so that another backup can follow at once.
  if (manifest === undefined) throw new ServiceFailure(BROKEN_OFF)
  return manifest
}

const BROKEN_OFF = 'The backup broke off: the service ended the connection. See its log for the cause.'

async function* framesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  // Only what the network does is caught here, not what the disk does while frames are written.
  const frames = decodeFrames(stream)
  try {
    for (;;) {
      const next = await frames.next().catch((cause: unknown) => {
        throw new ServiceFailure(BROKEN_OFF, { cause })
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    // Whoever does not read to the end would be waited for.
    await frames.return(undefined).catch(() => {})
  }
}

function summaryOf(manifest: Manifest, directory: string): string {
  const files = filesOf(manifest)
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  return `Backup ${manifest.id} is complete: ${plural(rows, 'row')}, ${megabytes.toFixed(1)} MB in ${directory}.`
}
