import type { Theme } from '../../charts/theme.ts'

export type ThemeChoice = Theme | 'system'

const STORED = 'driftgauge-theme'
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark']

/** Light, dark, or what the system says, which may change meanwhile. */
class ThemeState {
  choice = $state<ThemeChoice>(stored())
  #system = window.matchMedia('(prefers-color-scheme: dark)')
  #systemIsDark = $state(this.#system.matches)
  readonly current: Theme = $derived(
    this.choice === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.choice,
  )

  constructor() {
    this.#system.addEventListener('change', ({ matches }) => (this.#systemIsDark = matches))
  }

  /** System, light, dark, and round again. */
  next(): void {
    this.choice = CHOICES[(CHOICES.indexOf(this.choice) + 1) % CHOICES.length]
    localStorage.setItem(STORED, this.choice)
  }
}

function stored(): ThemeChoice {
  const found = localStorage.getItem(STORED)
  return CHOICES.find((choice) => choice === found) ?? 'system'
}

export const theme = new ThemeState()
