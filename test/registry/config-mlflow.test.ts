import { expect, test } from 'vitest'
import { readConfig } from '../../config.ts'

const uri = { MLFLOW_TRACKING_URI: 'http://mlflow:5000/' }

test('the settings of MLflow', () => {
  expect(readConfig({}).mlflow).toBeUndefined()
  expect(readConfig(uri).mlflow).toEqual({
    uri: 'http://mlflow:5000',
    auth: undefined,
    webhookSecret: undefined,
    writeBack: true,
  })
  const basic = { MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'p' }
  expect(readConfig({ ...uri, ...basic }).mlflow?.auth).toEqual({ username: 'ann', password: 'p' })
  const others = { MLFLOW_TRACKING_TOKEN: 't', MLFLOW_WEBHOOK_SECRET: 's'.repeat(16), MLFLOW_WRITE_BACK: 'false' } // prettier-ignore
  expect(readConfig({ ...uri, ...others }).mlflow).toMatchObject({
    auth: { token: 't' },
    webhookSecret: 's'.repeat(16),
    writeBack: false,
  })
})

test.each<[string, Record<string, string>, RegExp]>([
  ['no address', { MLFLOW_TRACKING_URI: 'databricks' }, /MLFLOW_TRACKING_URI: write it as https/],
  ['a secret in the address', { MLFLOW_TRACKING_URI: 'http://a:hidden@mlflow' }, /MLFLOW_TRACKING_USERNAME/],
  ['a query', { MLFLOW_TRACKING_URI: 'http://mlflow?token=hidden' }, /without user and password/],
  ['a short secret', { ...uri, MLFLOW_WEBHOOK_SECRET: 'hidden' }, /at least 16 characters/],
  ['a token alone', { MLFLOW_TRACKING_TOKEN: 'hidden' }, /set MLFLOW_TRACKING_URI/],
  ['a user alone', { ...uri, MLFLOW_TRACKING_USERNAME: 'a' }, /MLFLOW_TRACKING_PASSWORD: is required/],
  [
    'a password alone',
    { ...uri, MLFLOW_TRACKING_PASSWORD: 'hidden' },
    /MLFLOW_TRACKING_USERNAME: is required/,
  ],
  [
    'both',
    { ...uri, MLFLOW_TRACKING_TOKEN: 'hidden', MLFLOW_TRACKING_USERNAME: 'a', MLFLOW_TRACKING_PASSWORD: 'b' },
    /either a token/,
  ],
])('refuses %s', (_, environment, message) => {
  expect(() => readConfig(environment)).toThrow(message)
  expect(() => readConfig(environment)).not.toThrow(/hidden/)
})
