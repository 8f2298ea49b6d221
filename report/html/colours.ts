import { palette, type Palette, type Theme } from '../../charts/theme.ts'

/** The variable of each colour of the charts, by the colour. */
export function chartColours(colours: Palette): Map<string, string> {
  const found = new Map<string, string>()
  for (const [variable, colour] of variables(colours)) if (!found.has(colour)) found.set(colour, variable)
  return found
}

/** The colours of the charts as declarations of a style sheet. */
export function chartDeclarations(theme: Theme): string {
  return variables(palette(theme))
    .map(([variable, colour]) => `${variable}:${colour};`)
    .join('')
}

function variables(colours: Palette): [variable: string, colour: string][] {
  return Object.entries(colours as unknown as Record<string, string | readonly string[]>).flatMap(
    ([key, value]) =>
      [value].flat().map((colour, i): [string, string] => [`--c-${key}${i || ''}`, colour.toUpperCase()]),
  )
}
