/** The kinds of channels, by the key under which they are declared. */
export type ChannelType = 'webhook' | 'slack' | 'email' | 'pagerduty' | 'github'

/** What one kind of channel says of its settings. */
export interface ChannelView {
  type: ChannelType
  /** Where messages go, in a form that may be shown and logged. */
  target: string
  /** How many secrets it holds. */
  secrets: number
  /** All that makes a difference; hashed, never shown. */
  identity: unknown[]
}
