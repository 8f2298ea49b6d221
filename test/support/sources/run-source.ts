import { expect } from 'vitest'
import type { TestService } from '../service.ts'

/** Runs a source through the API until it has ended. Resolves with how it stands then. */
export async function runSource({ call }: Pick<TestService, 'call'>, name: string, asked: object = {}) {
  for (let request = asked; ; request = {}) {
    const { status, body } = await call('POST', `/sources/${name}/run`, request)
    expect(status).toBe(200)
    if (!body.running) return body.state
  }
}
