import { afterAll, vi } from 'vitest'
import { runCleanups } from './at-end.ts'

/** Test files share a process: what one changes of it ends with the file. */
const environment = { ...process.env }

afterAll(async () => {
  vi.useRealTimers()
  await runCleanups()
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
  process.exitCode = undefined
})
