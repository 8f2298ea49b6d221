import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Clock from '@lucide/svelte/icons/clock'
import FileX from '@lucide/svelte/icons/file-x'
import Loader from '@lucide/svelte/icons/loader'
import Replace from '@lucide/svelte/icons/replace'
import Unplug from '@lucide/svelte/icons/unplug'
import { formatCount, plural } from '../../format.ts'
import type { FileState, SourceState } from '../../queries/sources/sources.ts'

const CALM = 'text-ink bg-sunken'
const MUTED = 'text-muted bg-sunken'
const WRONG = 'text-warning bg-warning-fill'

/** How what became of a file looks: a shape, a word and a tone. */
export const FILE_STATES = {
  waiting: { icon: Clock, word: 'Waiting', tone: MUTED },
  taking: { icon: Loader, word: 'Being taken', tone: CALM },
  taken: { icon: CircleCheck, word: 'Taken', tone: CALM },
  failed: { icon: FileX, word: 'Failed', tone: WRONG },
  replaced: { icon: Replace, word: 'Changed since', tone: MUTED },
} as const satisfies Record<FileState, object>

export const fileStateOf = (text: string | undefined) =>
  (Object.keys(FILE_STATES) as FileState[]).find((state) => state === text)

/** How a source stands: what is wrong with it, else what it does. */
export function badgesOf({ problem, files, looked_at }: SourceState) {
  const wrong = [
    ...(problem === null ? [] : [{ icon: Unplug, word: 'Cannot be read', tone: WRONG }]),
    ...(files.failed === 0
      ? []
      : [{ icon: FileX, word: `${plural(files.failed, 'file')} failed`, tone: WRONG }]),
  ]
  if (wrong.length > 0) return wrong
  if (files.taking > 0) return [FILE_STATES.taking]
  if (looked_at === null) return [{ icon: CircleDashed, word: 'Not looked at yet', tone: MUTED }]
  return [{ icon: CircleCheck, word: 'In order', tone: CALM }]
}

/** Files by what became of them, in words; states without files are left out. */
export function filesText(files: SourceState['files']): string {
  const words = {
    taken: 'taken',
    taking: 'being taken',
    waiting: 'waiting',
    failed: 'failed',
    replaced: 'changed since',
  }
  const parts = Object.entries(words)
    .map(([state, word]) => [files[state as FileState], word] as const)
    .filter(([n]) => n > 0)
    .map(([n, word], i) => (i === 0 ? `${plural(n, 'file')} ${word}` : `${formatCount(n)} ${word}`))
  return parts.length === 0 ? 'no files yet' : parts.join(', ')
}
