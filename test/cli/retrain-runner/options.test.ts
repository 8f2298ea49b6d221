import { expect, test } from 'vitest'
import { command } from '../../support/command.ts'
import {
  collectOrigin,
  collectParam,
  parseTimeout,
  readOptions,
} from '../../../cli/retrain-runner/options.ts'

const SECRET = 'a secret of more than 24 bytes'
const given = { host: '127.0.0.1', port: 0, timeout: parseTimeout('6h'), state: 's' }

test('--help names every option and variable', async () => {
  const { code, stdout } = await command(['retrain-runner', '--help'], {})
  expect(code).toBe(0)
  for (const name of ['--project', '--param', '--entry-point', '--env-manager', '--registered-model', '--timeout', '--state', '--host', '--port', '--secret-file', '--callback-origin', 'DRIFTGAUGE_RETRAIN_SECRET', 'DRIFTGAUGE_RESULT_FILE', 'DRIFTGAUGE_REQUEST_FILE'])
    expect(stdout).toContain(name) // prettier-ignore
  expect(stdout).toContain('(default: 6h)')
})

test.each<[string[], Record<string, string>, string]>([
  [['--', 'true'], {}, 'The runner needs the secret'],
  [['--', 'true'], { DRIFTGAUGE_RETRAIN_SECRET: 'short' }, 'at least 24 bytes'],
  [['--secret-file', '/nonexistent', '--', 'true'], {}, '--secret-file'],
  [['--secret-file', '/dev/null', '--', 'true'], {}, 'The runner needs the secret'],
  [['--secret-file', 'x', '--', 'true'], { DRIFTGAUGE_RETRAIN_SECRET: SECRET }, 'not both'],
  [[], { DRIFTGAUGE_RETRAIN_SECRET: SECRET }, 'Give either --project or'],
  [['--project', '.', '--', 'true'], { DRIFTGAUGE_RETRAIN_SECRET: SECRET }, 'Give either --project or'],
  [['--param', 'a=1', '--', 'true'], { DRIFTGAUGE_RETRAIN_SECRET: SECRET }, 'are for --project alone'],
  [['--project', '.', '--registered-model', 'm'], { DRIFTGAUGE_RETRAIN_SECRET: SECRET }, 'needs MLFLOW_TRACKING_URI'],
  [['--project', '--help-me'], {}, 'give a folder or an address of Git'],
  [['--project', '.', '--param', 'retrain_id=1'], {}, 'the runner sets retrain_id itself'],
  [['--project', '.', '--registered-model', "m' OR name LIKE '%"], {}, 'has no quotes'],
  [['--timeout', '15d', '--', 'true'], {}, 'at most 14d'],
  [['--callback-origin', 'https://a/b', '--', 'true'], {}, 'without a path'],
  [['--port', '70000', '--', 'true'], {}, '65535'],
])('%j is refused', async (line, environment, reason) => {
  const { code, stderr } = await command(['retrain-runner', ...line], environment)
  expect([code, stderr]).toEqual([2, expect.stringContaining(reason)])
}) // prettier-ignore

test('the registry is asked as MLflow asks it', () => {
  const registry = (environment: Record<string, string>) =>
    readOptions({ ...given, project: '.', registeredModel: 'm' }, [], { DRIFTGAUGE_RETRAIN_SECRET: SECRET, ...environment }).registry // prettier-ignore
  const uri = { MLFLOW_TRACKING_URI: 'https://ml.example.com/base/' }
  expect(registry(uri)).toEqual({ url: 'https://ml.example.com/base', model: 'm', authorization: undefined })
  expect(registry({ ...uri, MLFLOW_TRACKING_TOKEN: 't' })?.authorization).toBe('Bearer t')
  const user = { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p', MLFLOW_TRACKING_TOKEN: 't' }
  expect(registry({ ...uri, ...user })?.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`)
  expect(() => registry({ MLFLOW_TRACKING_URI: 'https://u:p@ml.example.com' })).toThrow(
    'MLFLOW_TRACKING_USERNAME',
  )
  expect(() => registry({ MLFLOW_TRACKING_URI: 'sqlite:///ml.db' })).toThrow('MLFLOW_TRACKING_URI')
})

test('parameters and origins add up', () => {
  expect(collectParam('b=2=3', collectParam('a=1'))).toEqual(['a=1', 'b=2=3'])
  expect(collectOrigin('http://b:80', collectOrigin('https://A.example.com/'))).toEqual(['https://a.example.com', 'http://b'])
  expect(parseTimeout('90m').milliseconds).toBe(5_400_000)
}) // prettier-ignore
