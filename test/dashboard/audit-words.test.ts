import { expect, it } from 'vitest'
import { actionWords, changeWords, subjectWords } from '../../dashboard/audit-words.ts'

it.each([
  ['declareMonitor', 'declare monitor'],
  ['retrain.sent', 'retrain: sent'],
  ['importMlflow', 'import mlflow'],
])('an action is said in words: %s', (action, words) => expect(actionWords(action)).toBe(words))

it.each([
  [null, null, ''],
  [null, 'a', 'new'],
  ['a', null, 'removed'],
  ['a', 'a', 'nothing changed'],
  ['a', 'b', 'a → b'],
])('a change from %s to %s', (before, after, words) => expect(changeWords({ before, after })).toBe(words))

it('a kind of thing has the name that pages give it, or its own', () => {
  expect([subjectWords('alert_route'), subjectWords('toString')]).toEqual(['route', 'toString'])
})
