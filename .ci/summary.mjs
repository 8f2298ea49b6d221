// Prints "N passed, N failed" from vitest's JSON report. A test file that did not load, and a step before the
// tests that failed, count as one failure each.
import { readFileSync } from 'node:fs'

const [path, status] = process.argv.slice(2)

function read() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] }
  }
}

const report = read()
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length
const counted = report.numFailedTests + broken
const failed = counted === 0 && status !== '0' ? 1 : counted

if (report.numPendingTests > 0) console.log(`${report.numPendingTests} skipped`)
console.log(`${report.numPassedTests} passed, ${failed} failed`)
