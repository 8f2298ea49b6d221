import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore, type Store } from '../../store/client.ts'
import { migrate } from '../../store/migrations.ts'

/** A fresh embedded store for one test file; closed and removed after it. */
export async function temporaryStore(): Promise<Store & { directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  const store = await openStore({ path: join(directory, 'data') })
  await migrate(store, new Date())
  afterAll(async () => {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { ...store, directory }
}
