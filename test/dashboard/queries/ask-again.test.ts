import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { expect, test } from 'vitest'
import { askAgain } from '../../../dashboard/queries/ask-again.ts'

/** A query that is shown, and whose answers are what stands in the service at the moment of the question. */
function shown() {
  const client = new QueryClient()
  let stored = 'before'
  const answers: (() => void)[] = []
  const observer = new QueryObserver(client, {
    queryKey: ['overview'],
    queryFn: () => {
      const seen = stored
      return new Promise<string>((resolve) => answers.push(() => resolve(seen)))
    },
  })
  observer.subscribe(() => {})
  const answer = async (number: number) => {
    await expect.poll(() => answers.length).toBe(number)
    answers[number - 1]()
  }
  return { client, observer, answer, change: () => (stored = 'after') }
}

test('a change while the first answer is awaited is shown once that has come', async () => {
  const { client, observer, answer, change } = shown()
  change()
  const asked = askAgain(client)
  await answer(1)
  await answer(2)
  await asked
  expect(observer.getCurrentResult().data).toBe('after')
  client.clear()
})

test('an answer that has come is replaced, and asked for once', async () => {
  const { client, observer, answer, change } = shown()
  await answer(1)
  await expect.poll(() => observer.getCurrentResult().data).toBe('before')
  change()
  const asked = askAgain(client, ({ queryKey }) => queryKey[0] === 'overview')
  await answer(2)
  await asked
  expect(observer.getCurrentResult().data).toBe('after')
  client.clear()
})

test('what has not changed is not asked for', async () => {
  const { client, observer, answer, change } = shown()
  await answer(1)
  await expect.poll(() => observer.getCurrentResult().data).toBe('before')
  change()
  await askAgain(client, ({ queryKey }) => queryKey[0] === 'alerts')
  expect(observer.getCurrentResult().data).toBe('before')
  client.clear()
})
