import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Browser } from './browser.ts'

export interface MailLook {
  /** Of the window in which the mail is read, pixels. */
  width: number
  colorScheme: 'light' | 'dark'
}

/** Opens the HTML of a mail as a mail program does: by itself, with its pictures inside, and without the network. */
export async function openMail(
  browser: Browser,
  html: string,
  { width, colorScheme }: MailLook,
): Promise<Page> {
  const page = await browser.open('about:blank')
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) browser.faults.push(`the mail loads ${request.url()}`)
  })
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height: 800 })
  await page.setContent(html, { waitUntil: 'load' })
  return page
}

/** Fails unless every picture of the page is drawn, and says in words what it shows. */
export async function expectPictures(page: Page, count: number): Promise<void> {
  const pictures = await page.evaluate<{ width: number; alt: string }[]>(
    '[...document.images].map(({ naturalWidth, alt }) => ({ width: naturalWidth, alt }))',
  )
  expect(pictures).toHaveLength(count)
  for (const { width, alt } of pictures) {
    expect(width).toBeGreaterThan(0)
    expect(alt.length).toBeGreaterThan(20)
  }
}
