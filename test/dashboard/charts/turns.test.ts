import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { drawAll, inTurn } from '../../../dashboard/components/shared/turns.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

const drawn: string[] = []
beforeEach(() => void drawn.splice(0))
const draw = (name: string) => () => void drawn.push(name)

test('each chart is drawn in a task of its own, in the order in which they asked', () => {
  for (const name of ['one', 'two', 'three']) inTurn(draw(name))
  expect(drawn).toEqual([])
  vi.advanceTimersToNextTimer()
  expect(drawn).toEqual(['one'])
  vi.advanceTimersToNextTimer()
  expect(drawn).toEqual(['one', 'two'])
  vi.runAllTimers()
  expect(drawn).toEqual(['one', 'two', 'three'])
})

test('what is taken back before its turn is not drawn, and what comes later is', () => {
  const takeBack = inTurn(draw('old'))
  takeBack()
  inTurn(draw('new'))
  vi.runAllTimers()
  inTurn(draw('later'))
  vi.runAllTimers()
  expect(drawn).toEqual(['new', 'later'])
})

test('a chart that fails does not keep the others from being drawn', () => {
  inTurn(() => {
    throw new Error('no canvas')
  })
  inTurn(draw('next'))
  expect(() => vi.advanceTimersToNextTimer()).toThrow('no canvas')
  vi.runAllTimers()
  expect(drawn).toEqual(['next'])
})

test('all are drawn at once for what cannot wait, and not again', () => {
  inTurn(draw('one'))
  inTurn(draw('two'))
  drawAll()
  expect(drawn).toEqual(['one', 'two'])
  vi.runAllTimers()
  expect(drawn).toEqual(['one', 'two'])
})
