/** The API failed at its own work, which no other command line would mend. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure'
}
