import type { Command } from 'commander'
import { didYouMean } from '../../domain/suggest.ts'
import { printable } from './text.ts'

/**
 * A command of commands that is given one it does not have prints its own help, and below it what was meant. So it does
 * where help on that one was asked for: the help of another command would look like the answer.
 */
export function refuseUnknownCommands(command: Command): void {
  const names = command.commands.map((one) => one.name())
  let isRefusing = false
  const refuse = (given: string) => {
    isRefusing = true
    command.outputHelp({ error: true })
    command.showHelpAfterError(false)
    command.error(`\nerror: unknown command '${printable(given)}'${didYouMean(given, names)}`, {
      code: 'commander.unknownCommand',
    })
  }
  command.on('command:*', ([given]: string[]) => refuse(given))
  command.addHelpText('before', () => {
    const [given, topic] = command.args
    const asked = given === 'help' ? topic : given
    const isKnown = asked === undefined || asked.startsWith('-') || names.includes(asked)
    if (!isRefusing && !isKnown) refuse(asked)
    return ''
  })
}
