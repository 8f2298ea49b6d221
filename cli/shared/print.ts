import { escapeControls } from './text.ts'

/** Prints a line for people, whose parts are printable already. */
export const say = (line: string) => process.stdout.write(`${line}\n`)

/** Prints a value as JSON that no terminal obeys. */
export const sayJson = (value: unknown) => say(escapeControls(JSON.stringify(value, null, 2)))
