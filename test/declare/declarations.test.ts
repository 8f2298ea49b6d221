import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { allKeys, knownKeys } from '../../control/describe/schema-keys.ts'
import { declarationsSchema } from '../../declare/read.ts'
import { substitute } from '../../declare/substitute.ts'
import { closest, editDistance } from '../../domain/suggest.ts'
import { parseDeclarations, readDeclarations } from '../../declare/declarations.ts'
import { ConfigError } from '../../config.ts'
import { alertRouteSchema } from '../../control/declared/alert-route.ts'
import { CHANNEL_KINDS, channelSchema } from '../../control/declared/channel.ts'
import { experimentSchema } from '../../control/declared/experiment.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { sourceSchema } from '../../control/declared/sources/source.ts'
import { topicSchema } from '../../store/topic.ts'
import { ROOT } from '../support/root.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const SECRET = 'hunter2-hunter2-hunter2-hunter2'
const environment = { SECRET, EMPTY: '', KIND: 'numerc', NAME: 'm' }
const MODEL = 'models: [{ name: m, task: binary, features: { a: numeric, bee: categorical } }]\n'
const LONG = 'a secret has at least 24 bytes'
const KINDS = CHANNEL_KINDS.join(', ')
const HOW = 'write ${NAME} or ${NAME:-default}, and $${ for a literal "${"'

function faults(text: string, name = 'f.yaml', variables: Record<string, string> = environment): string[] {
  try {
    parseDeclarations(text, name, variables)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message.split('\n')
  }
}

describe('a YAML file with', () => {
  test.each<[string, string, string[]]>([
    ['a text in place of a mapping', 'hello', ['f.yaml:1:1: must be a mapping of keys to values, not text']],
    ['an unknown section', 'model: []', ['f.yaml:1:1: unknown key "model"; did you mean "models"?']],
    ['a section that is no list', 'models: {}', ['f.yaml:1:9: models: must be a list, not a mapping of keys to values']],
    ['an entry that is empty', 'models:\n  -\n', ['f.yaml:2:4: model 1: is empty; it must be a mapping of keys to values']],
    ['no name', 'models:\n  - task: binary\n    features: {}', ['f.yaml:2:5: model 1, name: is missing']],
    ['a number for a name', 'models: [{ name: 7, task: binary, features: {} }]', ['f.yaml:1:18: model 1, name: must be text; put it in quotes']],
    ['a name that cannot be one', 'models: [{ name: a b, task: binary, features: {} }]', ['f.yaml:1:18: model "a b", name: use 1 to 63 letters, digits, ".", "_" or "-", starting with a letter or digit']],
    ['a task that there is not', 'models: [{ name: m, task: regresion, features: {} }]', ['f.yaml:1:27: model "m", task: "regresion" is not one of binary, multiclass, regression; did you mean "regression"?']],
    ['a kind that there is not', 'models:\n  - name: m\n    task: binary\n    features:\n      a: numerc\n', ['f.yaml:5:10: model "m", features.a: a feature is "numeric", "categorical", or a mapping that has a kind; did you mean "numeric"?']],
    ['an unknown key in a feature', 'models: [{ name: m, task: binary, features: { a: { kind: numeric, importnce: 1 } } }]', ['f.yaml:1:67: model "m", features.a: unknown key "importnce"; did you mean "importance"?']],
    ['a minimum above the maximum', 'models: [{ name: m, task: binary, features: { a: { kind: numeric, min: 5, max: 1 } } }]', ['f.yaml:1:72: model "m", features.a.min: the minimum must not exceed the maximum']],
    ['a pattern that is none', 'models: [{ name: m, task: binary, features: { a: { kind: categorical, pattern: "(" } } }]', ['f.yaml:1:80: model "m", features.a.pattern: this is not a regular expression: Invalid regular expression: /(/: Unterminated group']],
    ['a pattern of a number', 'models: [{ name: m, task: binary, features: { a: { kind: numeric, pattern: x } } }]', ['f.yaml:1:76: model "m", features.a.pattern: only a categorical feature has a pattern']],
    ['a tolerance of nothing', 'models: [{ name: m, task: binary, features: { a: { kind: numeric, tolerance: 0.1 } } }]', ['f.yaml:1:78: model "m", features.a.tolerance: a tolerance needs one of min, max, allowed, pattern or required']],
    ['an importance below 0', 'models: [{ name: m, task: binary, features: { a: { kind: numeric, importance: -1 } } }]', ['f.yaml:1:79: model "m", features.a.importance: must be 0 or more']],
    ['a segment that is no feature', 'models: [{ name: m, task: binary, features: { origin: numeric }, segments: [orgin] }]', ['f.yaml:1:77: model "m", segments: "orgin" is not one of the features; did you mean "origin"?']],
    ['a segment that the model of a monitor is not split by', 'models: [{ name: m, task: binary, features: { origin: categorical }, segments: [origin] }]\nmonitors: [{ name: n, model: m, segments: [orgin] }]', ['f.yaml:2:44: monitor "n", segments: "orgin" is not one of the model\'s segments; did you mean "origin"?']],
    ['a segment of a monitor twice', 'models: [{ name: m, task: binary, features: { a: numeric }, segments: [a] }]\nmonitors: [{ name: n, model: m, segments: [a, a] }]', ['f.yaml:2:47: monitor "n", segments: is listed twice']],
    ['a segment twice', 'models: [{ name: m, task: binary, features: { a: numeric }, segments: [a, a] }]', ['f.yaml:1:75: model "m", segments: is listed twice']],
    ['a positive class of a regression', 'models: [{ name: m, task: regression, positive: x, features: {} }]', ['f.yaml:1:49: model "m", positive: only a binary model has a positive class']],
    ['two models of a name', `${MODEL.trimEnd().slice(0, -1)},\n  { name: m, task: binary, features: {} }]`, ['f.yaml:2:11: model "m", name: another model is already called "m"']],
    ['a key twice', 'models:\n  - name: m\n    task: binary\n    name: n\n    features: {}\n', ['f.yaml:4:5: "name" is given twice, first on line 2']],
    ['a feature twice, quoted once', 'models: [{ name: m, task: binary, features: { 1: numeric, "1": numeric } }]', ['f.yaml:1:59: "1" is given twice, first on line 1']],
    ['a model that it does not declare', `${MODEL}monitors: [{ name: x, model: n }]`, ['f.yaml:2:30: monitor "x", model: there is no model "n"; did you mean "m"?']],
    ['a channel that it does not declare', `${MODEL}channels: [{ name: oncall, webhook: { url: "http://a", secret: ${SECRET} } }]\nmonitors: [{ name: x, model: m, alert: { channels: [oncal, elsewhere] } }]`, ['f.yaml:3:53: monitor "x", alert.channels: there is no channel "oncal"; did you mean "oncall"?', 'f.yaml:3:60: monitor "x", alert.channels: there is no channel "elsewhere"']],
    ['a window without a unit', `${MODEL}monitors: [{ name: x, model: m, window: 24 }]`, ['f.yaml:2:41: monitor "x", window: write one of hour, day, week, month, or a whole number and a unit: 24h, 7d, 4w']],
    ['a window of half an hour', `${MODEL}monitors: [{ name: x, model: m, window: 30m }]`, ['f.yaml:2:41: monitor "x", window: a window must be a whole number of hours; for a calendar month, write "month"']],
    ['a check that there is not', `${MODEL}monitors: [{ name: x, model: m, checks: [featur] }]`, ['f.yaml:2:42: monitor "x", checks: "featur" is not one of feature, prediction, label, concept, performance, expected_performance, quality; did you mean "feature"?']],
    ['no checks', `${MODEL}monitors: [{ name: x, model: m, checks: [] }]`, ['f.yaml:2:41: monitor "x", checks: must not be an empty list']],
    ['an unknown key far from any', `${MODEL}monitors: [{ name: x, model: m, alert: { whom: [] } }]`, ['f.yaml:2:42: monitor "x", alert: unknown key "whom"; known keys: fire, resolve, repeat, channels']],
    ['thresholds the wrong way round', `${MODEL}monitors: [{ name: x, model: m, thresholds: { psi: { warning: 1, critical: 0.5 } } }]`, ['f.yaml:2:52: monitor "x", thresholds.psi: the warning threshold must not exceed the critical one']],
    ['an empty value', `${MODEL}monitors:\n  - name: x\n    model:\n`, ['f.yaml:4:11: monitor "x", model: is empty; it must be text']],
    ['a channel of no kind', 'channels: [{ name: c }]', [`f.yaml:1:12: channel "c": a channel is one of ${KINDS}`]],
    ['a channel of two kinds', `channels: [{ name: c, email: { to: [a@b.example] }, webhook: { url: "http://a", secret: ${SECRET} } }]`, [`f.yaml:1:12: channel "c": a channel is one of ${KINDS}, not webhook and email`]],
    ['a channel of an unknown kind', 'channels: [{ name: c, slak: {} }]', [`f.yaml:1:12: channel "c": a channel is one of ${KINDS}`, 'f.yaml:1:23: channel "c": unknown key "slak"; did you mean "slack"?']],
    ['a Slack channel without its address', 'channels: [{ name: c, slack: {} }]', ['f.yaml:1:30: channel "c", slack.webhook_url: is missing']],
    ['nobody to mail to', 'channels:\n  - name: c\n    email:\n      to: []', ['f.yaml:4:11: channel "c", email.to: must not be an empty list']],
    ['an address that is none', 'channels: [{ name: c, email: { to: [me] } }]', ['f.yaml:1:37: channel "c", email.to: write an address as name@example.com']],
    ['a routing key that is none', 'channels: [{ name: c, pagerduty: { routing_key: abc } }]', ['f.yaml:1:49: channel "c", pagerduty.routing_key: the routing key has 32 letters and digits: it is the integration key of an "Events API v2" integration']],
    ['a repository that is none', `channels: [{ name: c, github: { repository: a, token: "${SECRET}" } }]`, ['f.yaml:1:45: channel "c", github.repository: write the repository as owner/name']],
    ['alerts that go to GitHub', `${MODEL}channels: [{ name: c, github: { repository: a/b, token: "${SECRET}" } }]\nmonitors: [{ name: x, model: m, alert: { channels: [c] } }]`, ['f.yaml:3:53: monitor "x", alert.channels: this channel is a retraining target; alerts cannot be sent to GitHub']],
    ['a short secret', 'channels: [{ name: c, webhook: { url: "http://a", secret: [short, 5] } }]', [`f.yaml:1:60: channel "c", webhook.secret: ${LONG}: "whsec_" and their base64, or plain text; create one with "echo whsec_$(openssl rand -base64 32)"`, 'f.yaml:1:67: channel "c", webhook.secret: must be text; put it in quotes']],
    ['a route to a channel that it does not declare', `channels: [{ name: oncall, webhook: { url: "http://a", secret: ${SECRET} } }]\nroutes: [{ name: r, channels: [oncal] }]`, ['f.yaml:2:32: route "r", channels: there is no channel "oncal"; did you mean "oncall"?']],
    [
      'an experiment on what its model does not have',
      'models: [{ name: m, task: regression, features: {} }]\nexperiments:\n  - { name: e, model: m, champion: 3, challenger: shadow, metric: brier }',
      [
        'f.yaml:3:36: experiment "e", champion: must be text; put it in quotes',
        'f.yaml:3:67: experiment "e", metric: a regression model has no "brier"; use one of squared_error, absolute_error',
      ],
    ],
    ['a route to nobody', 'routes: [{ name: r, match: { kinds: [concpt] }, channels: [] }]', ['f.yaml:1:38: route "r", match.kinds: "concpt" is not one of feature, prediction, label, concept, performance, expected_performance, data, retraining, experiment; did you mean "concept"?', 'f.yaml:1:59: route "r", channels: must not be an empty list']],
    ['a topic of a model that it does not declare', `${MODEL}topics: [{ name: t, records: labels, model: n }]`, ['f.yaml:2:45: topic "t", model: there is no model "n"; did you mean "m"?']],
    ['a service of a model that it does not declare', `${MODEL}topics: [{ name: t, records: predictions, kserve: { m: { model: n, output: class } } }]`, ['f.yaml:2:65: topic "t", kserve.m.model: there is no model "n"; did you mean "m"?']],
    ['two topics of a name', 'topics: [{ name: t, records: labels }, { name: t, records: labels }]', ['f.yaml:1:48: topic "t", name: another topic is already called "t"']],
    ['records of no kind', 'topics: [{ name: t, records: label }]', ['f.yaml:1:30: topic "t", records: "label" is not one of predictions, labels; did you mean "labels"?']],
    ['an unknown key in the fields', `${MODEL}topics: [{ name: t, records: labels, model: m, fields: { id: i, lable: l } }]`, ['f.yaml:2:56: topic "t", fields.label: state where "label" is', 'f.yaml:2:65: topic "t", fields: unknown key "lable"; did you mean "label"?']],
    ['a path that is none', `${MODEL}topics: [{ name: t, records: predictions, model: m, fields: { ts: a..b, score: p } }]`, ['f.yaml:2:67: topic "t", fields.ts: write the path of the field as keys separated by dots, "output.class", or as a JSON Pointer, "/output/class"']],
    ['features that are a list', `${MODEL}topics: [{ name: t, records: predictions, model: m, fields: { ts: a, score: p, features: [a] } }]`, ['f.yaml:2:90: topic "t", fields.features: state where the features are: the path of an object, a mapping of features to paths, or "*" for all other keys']],
    ['an unknown key in a service', `${MODEL}topics: [{ name: t, records: predictions, kserve: { s: { model: m, outputs: class } } }]`, ['f.yaml:2:56: topic "t", kserve.s.output: state what the output is: class, class_index, number, score, scores; or map each of several outputs by its name', 'f.yaml:2:68: topic "t", kserve.s: unknown key "outputs"; did you mean "output"?']],
    ['an output of no kind', `${MODEL}topics: [{ name: t, records: predictions, kserve: { s: { model: m, output: { a: clas } } } }]`, ['f.yaml:2:81: topic "t", kserve.s.output.a: "clas" is not one of class, class_index, number, score, scores; did you mean "class"?']],
    ['a class too few', `${MODEL}topics: [{ name: t, records: predictions, kserve: { s: { model: m, output: score, classes: [a, b] } } }]`, ['f.yaml:2:56: topic "t", kserve.s.positive: state which of the classes the score is the probability of']],
    ['all other keys without quotes', 'topics:\n  - fields:\n      features: *', ['f.yaml:3:17: put a text that starts with "*" in quotes, because "*" refers to an anchor marked with "&"']],
    ['fields beside KServe', `${MODEL}topics: [{ name: t, records: predictions, model: m, fields: { ts: a, score: p }, kserve: { s: { model: m, output: class } } }]`, ['f.yaml:2:50: topic "t", model: with "kserve" each InferenceService names its own model', 'f.yaml:2:90: topic "t", kserve: use either "fields" or "kserve", not both']],
    ['a variable that is not set', 'models: [{ name: "${NOT_SET}", task: binary, features: {} }]', ['f.yaml:1:19: the environment variable NOT_SET is not set; set it, or give a default: ${NOT_SET:-default}']],
    ['an empty variable', 'x: ${EMPTY}', ['f.yaml:1:1: unknown key "x"; known keys: models, monitors, channels, topics, routes, experiments, sources', 'f.yaml:1:4: the environment variable EMPTY is not set; set it, or give a default: ${EMPTY:-default}']],
    ['a variable in a folded text', 'channels:\n  - name: >-\n      a\n      ${NOT_SET}\n    webhook: { url: "http://a", secret: "${SECRET}" }', ['f.yaml:4:7: the environment variable NOT_SET is not set; set it, or give a default: ${NOT_SET:-default}']],
    ['a variable that is not closed', 'channels: [{ name: "${NAME", webhook: { url: "http://a", secret: "${SECRET}" } }]', [`f.yaml:1:21: "\${NAME" cannot be read: ${HOW}`]],
    ['a variable within a variable', 'channels: [{ name: "${A:-${NAME}}", webhook: { url: "http://a", secret: "${SECRET}" } }]', [`f.yaml:1:21: "\${A:-\${NAME}" cannot be read: ${HOW}`]],
    ['a variable in a key', 'models: [{ name: m, task: binary, features: { "${NAME}": numeric } }]', ['f.yaml:1:47: a variable is allowed in a value, but not in a key']],
    ['a secret where a kind belongs', 'models: [{ name: m, task: "${SECRET}", features: { a: "${SECRET}" } }]', ['f.yaml:1:27: model "m", task: "${SECRET}" is not one of binary, multiclass, regression', 'f.yaml:1:55: model "m", features.a: a feature is "numeric", "categorical", or a mapping that has a kind']],
    ['a secret for a segment', `${MODEL.slice(0, -4)}, segments: ["\${SECRET}"] }]`, ['f.yaml:1:90: model "m", segments: "${SECRET}" is not one of the features']],
    ['a reference to nothing', 'models: *base', ['f.yaml:1:9: nothing before this is marked "&base"']],
    ['a tab', 'models:\n\t- name: m', ['f.yaml:2:1: YAML requires spaces here instead of a tab']],
    ['two documents', 'models: []\n---\nmonitors: []', ['f.yaml:2:1: a second document starts here; put everything into one document, without "---"']],
    ['a tag', 'models: !include other.yaml', ['f.yaml:1:9: Unresolved tag: !include']],
    ['a variable without quotes in braces', 'channels:\n  - { name: c, webhook: { url: ${URL} } }', ['f.yaml:2:33: inside [ ] and { } a variable needs quotes: "${NAME}"']],
    ['a bracket that is not closed', 'models: [', ['f.yaml:1:10: Flow sequence in block collection must be sufficiently indented and end with a ]']],
  ])('%s', (_, text, expected) => expect(faults(text)).toEqual(expected)) // prettier-ignore

  test('many faults is told all of them, in their order', () => {
    const text = `models:
  - name: m
    tsk: binary
    features: { a: numerc, b: "\${NOT_SET}" }
    segments: [c]
monitors:
  - { name: x, model: n, every: 90m, alert: { fire: 3 of 2 } }
`
    expect(faults(text).map((line) => line.split(' ')[0])).toEqual(
      ['2:5', '3:5', '4:20', '4:32', '5:16', '7:23', '7:33', '7:53'].map((place) => `f.yaml:${place}:`),
    )
  })

  test('hundreds of faults is told the first fifty', () => {
    const text = `models:\n${'  - {}\n'.repeat(300)}`
    expect(faults(text)).toHaveLength(51)
    expect(faults(text).at(-1)).toBe('… and 850 more errors')
  })

  test('references to itself, or to far too much, is refused and does not hang', () => {
    expect(faults('models: &a [*a]')).not.toEqual([])
    const bomb = [
      'x0: &x0 [a]',
      ...Array.from({ length: 20 }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i}, `.repeat(20)}]`),
    ]
    expect(faults(bomb.join('\n'))).not.toEqual([])
  })

  test('nothing in it, or empty sections, declares nothing', () => {
    for (const text of ['', '# nothing\n', 'models:\nmonitors: []\n', '{}'])
      expect(parseDeclarations(text, 'f.yaml', {})).toEqual({
        models: [],
        monitors: [],
        channels: [],
        topics: [],
        routes: [],
        experiments: [],
        sources: [],
      })
  })

  test('monitors alone may name models and channels that exist elsewhere', () => {
    const text = 'monitors: [{ name: x, model: any, alert: { channels: [any] } }]'
    expect(parseDeclarations(text, 'f.yaml', {}).monitors).toHaveLength(1)
  })

  test('anchors and merged mappings is read as YAML says', () => {
    const text = `${MODEL}monitors:
  - &base { name: x, model: m, window: 12h }
  - { <<: *base, name: y }`
    expect(parseDeclarations(text, 'f.yaml', {}).monitors.map(({ name, window }) => [name, window])).toEqual([
      ['x', 43_200_000],
      ['y', 43_200_000],
    ])
  })
})

describe('variables', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(`"'`, 'a\nb: c', '# no', ': ', '- x', '{a: [', '${NAME}', '$${', '*x', '&x', '!!int 5', '\\n', 'null', '5', 'true', '\u2028', '$&', "$'", '$1'),
  ) // prettier-ignore

  test('put in whatever they hold, and nothing else changes', () => {
    fc.assert(
      fc.property(nasty, fc.constantFrom('${X}', '"${X}"', "'${X}'", '|-\n      ${X}'), (value, written) => {
        const text = `models:\n  - name: m\n    task: binary\n    positive: ${written}\n    features: { a: numeric }\n`
        const [model] = parseDeclarations(text, 'f.yaml', { X: value }).models
        const expected = modelSchema.parse({
          name: 'm',
          task: 'binary',
          positive: value,
          features: { a: 'numeric' },
        })
        expect(model).toEqual(expected)
      }),
    )
  })

  test('stay out of every fault', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{6,40}$/), (value) => {
        const secret = `<${value}>`
        const text = `models: [{ name: "\${X}", task: "\${X}", positive: "\${X}", features: { a: "\${X}" }, segments: ["\${X}", "\${X}"] }]
monitors: [{ name: "\${X}", model: "\${X}", window: "\${X}", checks: ["\${X}"], false_alarms: "\${X}", alert: { fire: "\${X}", channels: ["\${X}"] } }]
channels: [{ name: "\${X}", webhook: { url: "\${X}", secret: ["\${X}", "a"] } }, { name: "\${X}", webhook: "\${X}" }]`
        expect(() => parseDeclarations(text, 'f.yaml', { X: secret })).toThrow()
        try {
          parseDeclarations(text, 'f.yaml', { X: secret })
        } catch (error) {
          expect((error as Error).message).not.toContain(secret)
        }
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    ['${A}', 'a'],
    ['x${A}y${A}', 'xaya'],
    ['${B:-b}', 'b'],
    ['${EMPTY:-b}', 'b'],
    ['${B:-}', ''],
    ['${A:-b}', 'a'],
    ['${B:-a:-b c}', 'a:-b c'],
    ['$${A}', '${A}'],
    ['$A $ {A} $', '$A $ {A} $'],
    ['$$${A}', '$${A}'],
  ])('%s is %s', (text, expected) => {
    expect(substitute(text, { A: 'a', EMPTY: '' })).toMatchObject({ text: expected, faults: [] })
  })

  test('may come from a file', () => {
    writeFileSync(join(directory, 'secret'), `${SECRET}\n`)
    const path = join(directory, 'secret')
    expect(substitute('${S}', { S_FILE: path }).text).toBe(SECRET)
    expect(substitute('${S}', { S_FILE: path, S: 'x' }).faults[0].message).toBe(
      'set either S or S_FILE, not both',
    )
    expect(substitute('${S}', { S_FILE: join(directory, 'none') }).faults[0].message).toMatch(/^S_FILE refers to a file that cannot be read: ENOENT/) // prettier-ignore
  })
})

describe('what the entries mean', () => {
  test('is what the API would read', () => {
    const text = `${MODEL}channels: [{ name: c, webhook: { url: "http://a", secret: "\${SECRET}" } }]
monitors: [{ name: x, model: m, alert: { channels: [c] } }]
topics: [{ name: t, records: labels, model: m }]
routes: [{ name: r, channels: [c] }]
experiments: [{ name: e, model: m, champion: '1', challenger: shadow, metric: brier, channels: [c] }]
sources: [{ name: s, model: m, folder: { path: /data } }]`
    expect(parseDeclarations(text, 'f.yaml', environment)).toEqual({
      models: [
        modelSchema.parse({ name: 'm', task: 'binary', features: { a: 'numeric', bee: 'categorical' } }),
      ],
      monitors: [monitorSchema.parse({ name: 'x', model: 'm', alert: { channels: ['c'] } })],
      channels: [channelSchema.parse({ name: 'c', webhook: { url: 'http://a', secret: SECRET } })],
      topics: [topicSchema.parse({ name: 't', records: 'labels', model: 'm' })],
      routes: [alertRouteSchema.parse({ name: 'r', channels: ['c'] })],
      experiments: [
        experimentSchema.parse({
          name: 'e',
          model: 'm',
          champion: '1',
          challenger: 'shadow',
          metric: 'brier',
          channels: ['c'],
        }),
      ],
      sources: [sourceSchema.parse({ name: 's', model: 'm', folder: { path: '/data' } })],
    })
  })

  test('a file that is not there, no file, or no text is told', () => {
    expect(() => readDeclarations(join(directory, 'none.yaml'))).toThrow(
      /none\.yaml: the file does not exist\.$/,
    )
    expect(() => readDeclarations(directory)).toThrow(/EISDIR/)
    writeFileSync(join(directory, 'latin1.yaml'), Buffer.from('# caf\u00e9', 'latin1'))
    expect(() => readDeclarations(join(directory, 'latin1.yaml'))).toThrow(/the file is not UTF-8 text\.$/)
  })
})

describe('suggestions', () => {
  test('know the keys of a place', () => {
    expect(knownKeys(declarationsSchema)).toEqual([
      'models',
      'monitors',
      'channels',
      'topics',
      'routes',
      'experiments',
      'sources',
    ])
    expect(knownKeys(declarationsSchema, ['models', 0, 'features', 'x'])).toEqual([
      'kind',
      'importance',
      'min',
      'max',
      'allowed',
      'pattern',
      'required',
      'tolerance',
    ])
    expect(knownKeys(declarationsSchema, ['monitors', 3, 'alert', 'fire'])).toEqual([])
    expect(allKeys(declarationsSchema)).toContain('monitors.thresholds.psi.warning')
  })

  test('are the closest, and none where nothing is close', () => {
    expect(closest('thresold', ['threshold', 'window'])).toBe('threshold')
    expect(closest('lable', ['label', 'cable'])).toBe('label')
    expect(closest('xyz', ['label'])).toBeUndefined()
    expect([editDistance('ab', 'ba'), editDistance('', 'abc'), editDistance('kitten', 'sitting')]).toEqual([
      1, 3, 3,
    ])
  })
})

describe('docs/configuration.md', () => {
  const text = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')
  const section = (heading: string) => text.split(`### \`${heading}\``)[1].split(/\n#{2,3} /)[0]
  const row = (of: string, key: string) =>
    of.split('\n').map((line) => line.split('|').map((cell) => cell.trim())).find((cells) => cells[1]?.split(' ')[0] === `\`${key}\``) // prettier-ignore

  test('has every key of the schemas, with its default', () => {
    const keys = allKeys(declarationsSchema).filter((key) => key.includes('.'))
    for (const key of keys) {
      const [of, ...path] = key.split('.')
      expect(row(section(of), path.join('.'))?.[3], key).toBeTruthy()
    }
    expect(keys.length).toBeGreaterThan(25)
  })

  test('has every variable that is read', async () => {
    const { VARIABLES } = await import('../../declare/variables.ts')
    const source = ['config.ts', 'config-kafka.ts', 'config-retention.ts']
      .map((name) => readFileSync(join(ROOT, name), 'utf8'))
      .join('\n')
    const read = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \w+/gm)].map((match) => match[1])
    expect(read.length).toBeGreaterThan(8)
    expect(VARIABLES.map(({ name }) => name)).toEqual(expect.arrayContaining(read))
    for (const { name, default: fallback, secret } of VARIABLES) {
      const cells = row(text, name)
      expect(cells, name).toBeDefined()
      if (fallback !== undefined) expect(cells![2], name).toBe(`\`${fallback}\``)
      expect(cells![1].includes('†'), name).toBe(secret !== undefined)
    }
    const inFiles = /SECRETS = \[([^\]]*)\]/.exec(source)![1]
    const secrets = [...inFiles.matchAll(/'(\w+)'/g)].map((match) => match[1])
    expect(VARIABLES.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(
      expect.arrayContaining(secrets),
    )
  })

  test('states the defaults that hold', async () => {
    const { flattened } = await import('../../cli/apply/views.ts')
    const { valueText } = await import('../../cli/apply/render.ts')
    const { monitorDeclarationOf } = await import('../../control/declared/monitor-declaration.ts')
    const monitor = monitorDeclarationOf(monitorSchema.parse({ name: 'n', model: 'm' }))
    for (const [key, value] of flattened(monitor)) {
      if (key === 'name' || key === 'model') continue
      expect(row(section('monitors'), key)?.[2], key).toBe(`\`${valueText(value)}\``)
    }
  })

  test('has an example without faults', () => {
    const [example] = text.split('## A worked example')[1].matchAll(/```yaml\n([\s\S]*?)```/g)
    const { models, monitors, channels } = parseDeclarations(example[1], 'f.yaml', { ONCALL_SECRET: SECRET })
    expect([models.length, monitors.length, channels.length]).toEqual([1, 1, 1])
  })

  test('quotes errors in that example as they are printed', () => {
    const [example] = text.split('## A worked example')[1].matchAll(/```yaml\n([\s\S]*?)```/g)
    const mistyped = example[1]
      .replace('model: flights', 'model: fligths')
      .replace('label_delay', 'label_dealy')
    const errors = faults(mistyped, 'flights.yaml', { ONCALL_SECRET: SECRET })
    expect(errors).toHaveLength(2)
    expect(text).toContain(errors.join('\n'))
  })

  test('links to sources.md, whose examples can be declared', () => {
    const page = readFileSync(join(ROOT, 'docs/sources.md'), 'utf8')
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml)
    expect(text).toContain('(sources.md)')
    expect(examples.length).toBeGreaterThan(4)
    for (const yaml of examples)
      expect(parseDeclarations(yaml, 'sources.md', {}).sources.length, yaml).toBeGreaterThan(0)
  })

  test('and the examples pass', () => {
    const files = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.yaml'))
    expect(files.length).toBeGreaterThanOrEqual(2)
    for (const file of files) {
      const path = join(ROOT, 'examples', file)
      // Each says in its first lines which variables it needs.
      const needed = [...readFileSync(path, 'utf8').matchAll(/^# +export (\w+)=(.*)$/gm)]
      const values = needed.map(([, name, value]) => [name, value.includes('$(') ? SECRET : value])
      const { models } = readDeclarations(path, Object.fromEntries(values) as Record<string, string>)
      expect(models.length, file).toBeGreaterThan(0)
    }
  })
})
