/** The database of control state cannot be used. The message is for everyone: it quotes no rows and no address. */
export class ControlError extends Error {
  override readonly name: string = 'ControlError'
}

/** It cannot be used as it is configured; the message says what to change. */
export class ControlRefused extends ControlError {
  override readonly name = 'ControlRefused'
}

/** It cannot do now what it may do later. */
export class ControlUnavailable extends ControlError {
  override readonly name: string = 'ControlUnavailable'
}

/** Its disk has no room left. */
export class ControlFull extends ControlUnavailable {
  override readonly name = 'ControlFull'
  /** Whether it is a disk of this machine. */
  readonly own: boolean

  constructor(own: boolean, options?: ErrorOptions) {
    const disk = own ? 'data directory' : 'PostgreSQL server'
    const where = own ? '' : ' there'
    super(
      `The disk of the ${disk} is full. Free some space${where}; the service then continues by itself.`,
      options,
    )
    this.own = own
  }
}
