/** Where MLflow is, and how to show who asks. */
export interface MlflowSettings {
  /** Without a slash at its end, and without credentials. */
  uri: string
  auth: { token: string } | { username: string; password: string } | undefined
  /** What MLflow signs its webhooks with; undefined where none are taken. */
  webhookSecret: string | undefined
  /** Whether tags and metrics are written to MLflow. */
  writeBack: boolean
}
