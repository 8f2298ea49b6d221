import type { z } from 'zod'

/** How one kind of channel is declared, and what may be shown of it. */
export interface ChannelDefinition<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  view(settings: z.output<Schema>): ChannelView
  /** The settings without secrets, for a form in which they are changed. */
  editable(settings: z.output<Schema>): Partial<z.output<Schema>>
  /** Whether messages go through the mail server. */
  byMail?: true
  /** What somebody who begins declares, for alerts; absent for a kind that alerts cannot go to. */
  starter?: Starter
  /** The setting that is never shown; undefined where there is none. */
  secretSetting?: string
  /**
   * The settings with the target of an earlier view. Only for a kind whose view can show the whole address: by this
   * `apply` tells a new address from a new secret.
   */
  withTarget?(settings: z.output<Schema>, target: string): z.output<Schema>
}

/** A first declaration of a channel, in which a variable of the environment stands for each secret. */
export interface Starter {
  /** @param address of a person, for a kind that sends mail */
  settings(this: void, address: string): object
  /** Names of the variables that the service needs for it. */
  variables: readonly string[]
}

/** What one kind of channel says of its settings. */
export interface ChannelView {
  /** Where messages go, in a form that may be shown and logged. */
  target: string
  /** How many secrets it holds. */
  secrets: number
  /** All that makes a difference; hashed, never shown. */
  identity: unknown[]
}
