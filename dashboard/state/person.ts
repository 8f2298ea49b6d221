const STORED = 'driftgauge-name'

/** The name that who uses this browser gave last. */
export const personName = () => localStorage.getItem(STORED) ?? ''
export const rememberPerson = (name: string) => localStorage.setItem(STORED, name)
