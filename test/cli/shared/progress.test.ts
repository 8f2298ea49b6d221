import { expect, test } from 'vitest'
import { progressBar } from '../../../cli/shared/progress.ts'

/** Progress on a stream that is no terminal, with a clock that is set by hand. */
function inLog() {
  const written: string[] = []
  let now = 0
  const stream = { isTTY: false, write: (text: string) => written.push(text) }
  const progress = progressBar(stream as unknown as NodeJS.WriteStream, () => now)
  return { progress, written, wait: (seconds: number) => (now += 1000 * seconds) }
}

test('where stderr is no terminal, a line tells how far it is every thirty seconds', () => {
  const { progress, written, wait } = inLog()
  for (let done = 0; done <= 100; done++) {
    progress.update(done, 100, `${100 - done} windows left`)
    wait(1)
  }
  progress.stop()
  expect(written).toHaveLength(3)
  expect(written.slice(0, 2)).toEqual(['30%  70 windows left\n', '60%  40 windows left\n'])
})

test('what is done sooner writes nothing, and no label can move the cursor', () => {
  const { progress, written, wait } = inLog()
  progress.update(0, 0, 'reading')
  wait(29)
  progress.update(1, 2, 'half')
  expect(written).toEqual([])
  wait(1)
  progress.update(0, 0, 'reading \x1b[2Ja')
  expect(written).toHaveLength(1)
  expect(written[0]).not.toContain('\x1b')
})
