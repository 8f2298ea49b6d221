import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createMlflow } from '../../../registry/mlflow/client.ts'
import type { MlflowError } from '../../../registry/mlflow/error.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { fakeMlflow, type Answering } from '../../support/mlflow/fake-mlflow.ts'

const SECRET = 'a-token-that-must-not-show'
const answerSchema = z.object({ value: z.string() })

async function failure(answer: Answering, timeoutMs = 5_000): Promise<MlflowError> {
  const mlflow = createMlflow({ uri: await fakeMlflow(answer), auth: { token: SECRET } }, { timeoutMs })
  atEnd(() => mlflow.close())
  return mlflow.get('/x', {}, answerSchema).then(
    () => expect.fail('it was answered'),
    (error: MlflowError) => error,
  )
}

const reply =
  (status: number, body: string, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    response.writeHead(status, headers).end(body)

describe('a request to MLflow', () => {
  test.each<[string, Answering, string, RegExp]>([
    ['is unauthorised', reply(401, 'You are not authenticated'), 'unauthorised', /credentials .*401/],
    ['is forbidden', reply(403, '{}'), 'unauthorised', /MLFLOW_TRACKING_TOKEN/],
    [
      'asks for what is not there',
      reply(404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No\\u0007model"}'),
      'not_found',
      /No\\u\{7\}model/,
    ],
    ['asks another server', reply(404, '<html>'), 'refused', /404/],
    ['is redirected', reply(302, '', { location: 'http://evil.example' }), 'refused', /final address/],
    ['fails in MLflow', reply(500, '{"error_code":"X","message":"broken"}'), 'unreachable', /broken/],
    ['comes too often', reply(429, ''), 'unreachable', /429/],
    ['is answered with a page', reply(200, '<html>'), 'refused', /does not come from MLflow/],
    ['is answered with other JSON', reply(200, '{"value":1}'), 'refused', /does not come from MLflow/],
    ['is answered without end', reply(200, 'x'.repeat(8_000_001)), 'refused', /more than 8000000 bytes/],
    ['is cut off', (_, response) => response.destroy(), 'unreachable', /cannot be reached/],
  ])('that %s fails with its kind, without the secret', async (_, answer, fault, message) => {
    const error = await failure(answer)
    expect([error.name, error.fault]).toEqual(['MlflowError', fault])
    expect(error.message).toMatch(message)
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(SECRET)
  })

  test.each<[string, Answering]>([
    ['at all', () => {}],
    [
      'to the end',
      (_, response) => void setInterval(() => response.destroyed || response.write(' '), 50).unref(),
    ],
  ])('that is not answered %s ends in time', async (_, answer) => {
    const began = Date.now()
    expect((await failure(answer, 500)).message).toBe('MLflow did not answer within 0.5 s.')
    expect(Date.now() - began).toBeLessThan(3_000)
  })

  test.each([
    [{ token: 't' }, 'Bearer t'],
    [{ username: 'ann', password: 'sécret' }, `Basic ${Buffer.from('ann:sécret').toString('base64')}`],
    [undefined, undefined],
  ])('shows who asks', async (auth, expected) => {
    let seen: string | undefined
    const uri = await fakeMlflow(({ headers }, response) => {
      seen = headers.authorization
      response.end('{"value":"v"}')
    })
    const mlflow = createMlflow({ uri, auth })
    atEnd(() => mlflow.close())
    expect(await mlflow.get('/x', { a: 'b c', none: undefined }, answerSchema)).toEqual({ value: 'v' })
    expect(seen).toBe(expected)
  })

  test('for a file ends at the limit', async () => {
    const mlflow = createMlflow({ uri: await fakeMlflow(reply(200, 'x'.repeat(2_000))), auth: undefined })
    atEnd(() => mlflow.close())
    await expect(buffer(mlflow.stream('/x', {}, 1_000))).rejects.toThrow(/more than 1000 bytes/)
    expect(await buffer(mlflow.stream('/x', {}, 2_000))).toHaveLength(2_000)
  })
})
