export interface KafkaSettings {
  brokers: string[]
  groupId: string
  clientId: string
  sessionTimeoutMs: number
  predictionsTopic: string
  labelsTopic: string
}
