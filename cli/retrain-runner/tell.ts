import { printable } from '../../domain/printable.ts'

/** Prints a line about a step of a request. */
export type Tell = (id: string, text: string) => void

/** The line as it is printed. Pure. */
export const toldLine = (at: Date, id: string, text: string): string =>
  `${at.toISOString().slice(0, 19)}Z ${id.slice(0, 8)} ${printable(text)}\n`
