import { expect, test } from 'vitest'
import { withoutPaths } from '../../domain/without-paths.ts'

test.each([
  ['https://ci.example.com:8443/hooks/abc?…', 'https://ci.example.com:8443/…'],
  ['https://ci.example.com?token=abc', 'https://ci.example.com/…'],
  ['https://hooks.slack.com/…', 'https://hooks.slack.com/…'],
  ['https://events.pagerduty.com', 'https://events.pagerduty.com'],
  ['http://[::1]:80/', 'http://[::1]:80'],
  ['shop/models by retrain at https://git.example.com/api/v3', 'shop/models by retrain at https://git.example.com/…'],
  ['a@example.com, b@example.com', 'a@example.com, b@example.com'],
])('%s is shown as %s', (text, expected) => {
  expect(withoutPaths(text)).toBe(expected)
  expect(withoutPaths(expected)).toBe(expected)
}) // prettier-ignore
