export interface KafkaSettings {
  brokers: string[]
  groupId: string
  clientId: string
  predictionsTopic: string
  labelsTopic: string
}
