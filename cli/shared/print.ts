/** Prints a line for people, whose parts are printable already. */
export const say = (line: string) => process.stdout.write(`${line}\n`)
