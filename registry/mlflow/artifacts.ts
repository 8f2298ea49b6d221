import { posix } from 'node:path'
import { z } from 'zod'
import type { Mlflow } from './client.ts'
import { unlessMissing } from './error.ts'

export interface Artifact {
  path: string
  bytes: number
}

const listSchema = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        is_dir: z.boolean().default(false),
        file_size: z.coerce.number().default(0),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
})

/** So many pages of a folder are looked through. */
const MAX_PAGES = 20

/** A file among the artifacts of a run; undefined where the run or the file does not exist. */
export async function findArtifact(
  mlflow: Mlflow,
  runId: string,
  path: string,
): Promise<Artifact | undefined> {
  const folder = posix.dirname(path)
  let token: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { run_id: runId, path: folder === '.' ? undefined : folder, page_token: token }
    const list = await unlessMissing(mlflow.get('/api/2.0/mlflow/artifacts/list', query, listSchema))
    const found = list?.files.find((file) => !file.is_dir && file.path === path)
    if (found !== undefined) return { path, bytes: found.file_size }
    token = list?.next_page_token
    if (token === undefined || token === '') return undefined
  }
  return undefined
}

/** The content of a file among the artifacts of a run, at most so many bytes. */
export function readArtifact(
  mlflow: Mlflow,
  runId: string,
  path: string,
  most: number,
): AsyncGenerator<Buffer> {
  return mlflow.stream('/get-artifact', { run_id: runId, path }, most)
}
