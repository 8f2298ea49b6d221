import { parseArguments } from './arguments.ts'
import { BENCHES } from './benches.ts'

const parsed = parseArguments(process.argv.slice(2), BENCHES)
if (parsed.status === 'run') for (const name of parsed.names) await BENCHES[name].run(parsed.options)
else {
  const output = parsed.status === 'help' ? process.stdout : process.stderr
  output.write(`${parsed.text}\n`)
  process.exitCode = parsed.status === 'help' ? 0 : 2
}
