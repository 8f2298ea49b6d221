import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { distributionOption } from '../../charts/distribution.ts'
import { chartSvg } from '../../report/html/chart.ts'
import { html, name } from '../../report/html/html.ts'
import { page, REPORT_POLICY } from '../../report/html/page.ts'
import { comparedColumn, HOSTILE } from '../support/samples/compare-report.ts'

describe('markup', () => {
  test('values are escaped in text and in attributes, and markup is not escaped twice', () => {
    const inner = html`<b>${'<i> & "x"'}</b>`
    expect(html`<p title="${"\" onclick='x'"}">${inner}${1}${false}${null}${['a', inner]}</p>`.text).toBe(
      '<p title="&quot; onclick=&#39;x&#39;"><b>&lt;i&gt; &amp; &quot;x&quot;</b>1a<b>&lt;i&gt; &amp; &quot;x&quot;</b></p>',
    )
  })

  test.each(HOSTILE)('the name %j stays a name', (hostile) => {
    const { text } = name(hostile)
    const within = text.replace(/^<bdi class="name">/, '').replace(/<\/bdi>$/, '')
    expect(within).not.toMatch(/[<>"'\n\u0000\u202e]/)
    expect(within.isWellFormed()).toBe(true)
    expect(within.length).toBeLessThan(700)
  })
})

describe('a page', () => {
  const text = page({ title: 'a <b>', head: 'head', body: html`<p>body</p>`, foot: '' })

  test('allows its own style sheet alone, by the hash of it', () => {
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(text)!
    expect(REPORT_POLICY).toContain(
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    )
    expect(REPORT_POLICY).toMatch(/^default-src 'none'; /)
    expect(text).toContain(`content="${REPORT_POLICY.replaceAll("'", '&#39;')}"`)
  })

  test('loads and runs nothing', () => {
    expect(text).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|url\(|@import|https?:/)
  })
})

describe('a chart', () => {
  const { bins } = comparedColumn('x', 'critical')
  const draw = (id: string) =>
    chartSvg(
      {
        build: (look) => distributionOption({ column: 'x', bins, side: 'current file', ...look }),
        width: 500,
        height: 280,
        summary: 'x <moved>',
      },
      id,
    ).text

  test('has the colours of the page and no styles of its own', () => {
    const svg = draw('a')
    expect(svg).toContain('fill="var(--c-production)"')
    expect(svg).not.toMatch(/#[0-9a-f]{3,8}\b|rgb|style=|<style|class="zr|ecmeta/i)
    expect(svg).toContain('aria-label="x &lt;moved&gt;"')
    expect(svg).toContain('>current file</text>')
  })

  test('is the same each time but for its ids', () => {
    expect(draw('a')).toBe(draw('a'))
    expect(draw('b')).toBe(draw('a').replaceAll('"a-', '"b-').replaceAll('#a-', '#b-'))
  })
})
