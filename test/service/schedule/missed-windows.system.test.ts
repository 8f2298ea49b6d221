import { expect, test } from 'vitest'
import { addMissedWindows } from '../../../control/scheduling/missed-windows.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
} from '../../support/pages/browser.ts'
import { testService } from '../../support/service.ts'

describeBrowser('windows that are still to be evaluated', () => {
  test('are counted by the API and on the overview', { timeout: 120_000 }, async () => {
    const service = await testService()
    await service.call('POST', '/models', { name: 'm', task: 'regression', features: { x: 'numeric' } })
    const monitor = { name: 'hourly', model: 'm', every: '1h' }
    expect((await service.call('POST', '/monitors', monitor)).status).toBe(201)
    const listed = async () => (await service.call('GET', '/missed-windows')).body
    expect(await listed()).toEqual({ missed_windows: [] })

    await addMissedWindows(service.store.control, {
      monitor: 'hourly',
      stream: 'predictions',
      first: new Date('2026-01-05T00:00:00Z'),
      last: new Date('2026-01-12T00:00:00Z'),
    })
    expect(await listed()).toEqual({
      missed_windows: [
        {
          monitor: 'hourly',
          model: 'm',
          part: 'predictions',
          windows: 7 * 24 + 1,
          oldest_end: '2026-01-05T00:00:00.000Z',
          newest_end: '2026-01-12T00:00:00.000Z',
        },
      ],
    })
    const browser = await startBrowser()
    try {
      const page = await browser.open(service.url)
      const notice = page.getByRole('region', { name: 'Catching up' })
      await notice.waitFor()
      await settled(page)
      expect(await notice.innerText()).toMatch(
        /169 windows of 1 monitor ended .* back to\s+5 Jan 2026 00:00 UTC/s,
      )
      await expectFits(page, 'the notice')
      await expectAccessible(page, 'the notice')
      expect(browser.faults).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
