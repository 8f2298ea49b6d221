import type { z } from 'zod'
import type { sourceFile, sourceState } from '../../api/contract/sources/sources.ts'
import type { Api } from '../client/api-client.ts'

export type SourceFile = z.output<typeof sourceFile>
export type SourceState = z.output<typeof sourceState>

export interface FilesWanted {
  state?: SourceFile['state'] | undefined
  limit?: number
}

const PAGE = 500

/** Files of a source, the newest first. */
export async function* filesOf(
  api: Api,
  name: string,
  { state, limit = Infinity }: FilesWanted,
): AsyncGenerator<SourceFile> {
  const filter = state === undefined ? '' : `&state=${state}`
  let cursor: string | undefined
  for (let left = limit; left > 0; left -= PAGE) {
    const from: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: { files: SourceFile[]; next_cursor?: string } = await api.get(
      `/sources/${name}/files?limit=${Math.min(left, PAGE)}${filter}${from}`,
    )
    yield* page.files
    cursor = page.next_cursor
    if (cursor === undefined) return
  }
}
