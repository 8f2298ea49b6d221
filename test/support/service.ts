import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Declarations } from '../../declare/declarations.ts'
import { createLog } from '../../service/log.ts'
import { ROLES, type Role } from '../../service/roles.ts'
import { startService, type Service } from '../../service/service.ts'
import { readConfig } from '../../config.ts'
import { ask, type Answer } from './ask.ts'
import { atEnd } from './runner/at-end.ts'

export interface TestService extends Service {
  directory: string
  /** Sends a request below `/api/v1`; the body is JSON unless a header says otherwise. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** A service on a free port with a data directory of its own; stopped and removed after the test file. */
export async function testService(
  declarations: Declarations = { models: [], monitors: [] },
  environment: Record<string, string> = {},
  roles: readonly Role[] = ROLES,
): Promise<TestService> {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  const config = readConfig({ PORT: '0', DRIFTGAUGE_DATA: directory, ...environment })
  const log = createLog('silent')
  const service = await startService({
    config,
    log,
    declarations,
    clock: () => new Date(),
    roles: new Set(roles),
    scheduled: false,
  })
  atEnd(async () => {
    await service.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    ...service,
    directory,
    call: (method, path, body, headers) =>
      ask(`${service.url}/api/v1${path}`, { method, ...payload(body), ...withHeaders(body, headers) }),
  }
}

function payload(body: unknown): { body?: string | Uint8Array } {
  if (body === undefined) return {}
  return { body: isRaw(body) ? (body as string | Uint8Array) : JSON.stringify(body) }
}

function withHeaders(
  body: unknown,
  headers: Record<string, string> = {},
): { headers: Record<string, string> } {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  return { headers: { ...type, ...headers } }
}

function isRaw(body: unknown): boolean {
  return typeof body === 'string' || body instanceof Uint8Array
}
