import { expect, test } from 'vitest'
import { parseArguments } from '../../bench/arguments.ts'

const BENCHES = {
  merge: { summary: 'merging counts' },
  ingest: { summary: 'events from Kafka', needs: 'Kafka' },
}
const parse = (...args: string[]) => parseArguments(args, BENCHES)

test('without names all benches run, at full size', () => {
  expect(parse()).toEqual({
    status: 'run',
    names: ['merge', 'ingest'],
    options: { tiny: false, runs: undefined, only: undefined, rate: undefined },
  })
})

test('names and options are taken', () => {
  expect(parse('merge', '--tiny', '--runs', '3', '--only', 'ks', '--rate', '0.5')).toEqual({
    status: 'run',
    names: ['merge'],
    options: { tiny: true, runs: 3, only: 'ks', rate: 0.5 },
  })
})

test('the help lists each bench on a line, with what it needs', () => {
  const help = parse('--help')
  const text = help.status === 'help' ? help.text : ''
  expect(text).toContain('\n  merge   merging counts\n')
  expect(text).toContain('\n  ingest  events from Kafka (needs Kafka)\n')
})

test.each([
  [['nothing'], 'There is no bench "nothing"; there are merge, ingest. See npm run bench -- --help.'],
  [['toString'], 'There is no bench "toString"; there are merge, ingest. See npm run bench -- --help.'],
  [['--runs', '0'], '--runs takes a whole number above 0, not "0". See npm run bench -- --help.'],
  [['--rate', 'fast'], '--rate takes a number above 0, not "fast". See npm run bench -- --help.'],
  [['--rnus', '3'], "Unknown option '--rnus'. See npm run bench -- --help."],
])('%j is refused with what to do', (args, text) => {
  expect(parse(...args)).toEqual({ status: 'wrong', text })
})
