import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { terminalQuestions } from '../../../cli/init/ask.ts'

/** A terminal on which somebody types these lines. */
function terminal(typed: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.Process['stdin']
  const stderr = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.Process['stderr']
  ;(stdin as unknown as PassThrough).end(typed)
  return { stdin, stderr }
}

test('an empty answer is the default, and one that cannot be used is asked for again', async () => {
  const { stdin, stderr } = terminal('\npigeon\nslack\n')
  const ask = terminalQuestions({ stdin, stderr })!
  const problem = (answer: string) => (answer === 'slack' ? undefined : 'choose slack')
  const answers = [
    await ask({ text: 'Name', otherwise: 'flights' }),
    await ask({ text: 'Where', otherwise: undefined, problem }),
  ]
  ask.close()
  stderr.end()
  expect(answers).toEqual(['flights', 'slack'])
  expect(await text(stderr as unknown as PassThrough)).toContain('choose slack')
})

test('the end of the input ends the questions', async () => {
  const ask = terminalQuestions(terminal(''))!
  await expect(ask({ text: 'Name', otherwise: 'flights' })).rejects.toThrow('Nothing was written.')
})

test('without a terminal, nothing is asked', () => {
  const { stdin, stderr } = terminal('')
  expect(terminalQuestions({ stdin, stderr: Object.assign(stderr, { isTTY: false }) })).toBeUndefined()
})
