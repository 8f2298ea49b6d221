import { queryOptions } from '@tanstack/svelte-query'
import type { Answer } from './answer.ts'
import { get } from './api.ts'

export type MlflowStatus = Answer<'listMlflow'>['models'][number]

export const mlflowQuery = (model: string) =>
  queryOptions({
    queryKey: ['mlflow', model],
    queryFn: ({ signal }) => get<'listMlflow'>('/mlflow', { model }, signal),
  })
