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
}
