import { beforeAll, expect, test } from 'vitest'
import { testService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})

const model = (more: object) => ({ name: 'm', task: 'binary', features: {}, ...more })

test.each([
  ['a constraint of a feature that cannot hold', '/models', model({ features: { a: { kind: 'numeric', min: 3, max: 2 } } }), { 'features.a.min': /must not exceed/ }],
  ['a feature of no kind', '/models', model({ features: { a: 'number' } }), { 'features.a': /a feature is "numeric", "categorical", or a mapping/ }],
  ['a task that there is not', '/models', { ...model({}), task: 'regresion' }, { task: /^"regresion" is not one of binary, multiclass, regression; did you mean "regression"\?$/ }],
  ['no name', '/monitors', { model: 'm' }, { name: /^is missing$/ }],
  ['an unknown key', '/monitors', { name: 'n', model: 'm', windw: '1h' }, { windw: /^unknown key "windw"; did you mean "window"\?$/ }],
  ['text for a number', '/monitors', { name: 'n', model: 'm', alert: { resolve: 'two' } }, { 'alert.resolve': /^must be a number, not text$/ }],
  ['a route to nobody', '/routes', { name: 'r', channels: [] }, { channels: /^must not be an empty list$/ }],
])('says in plain words what is wrong: %s', async (_, path, body, places) => {
  const answer = await service.call('POST', path, body)
  expect(answer.status).toBe(400)
  const found = Object.fromEntries(answer.body.errors.map((one: { path: string; message: string }) => [one.path, one.message]))
  expect(Object.keys(found)).toEqual(Object.keys(places))
  for (const [place, message] of Object.entries(places)) expect(found[place]).toMatch(message)
}) // prettier-ignore
