import { queryOptions } from '@tanstack/svelte-query'
import type { Declaration } from '../declare/declaration.ts'
import type { Answer } from './answer.ts'
import { post } from './api.ts'
import type { Period } from './models.ts'

type Backtest = Answer<'backtestDeclaration'>

/** What a monitor as it is being typed would have told. The last answer stays until the next one is there. */
export const backtestQuery = (monitor: Declaration, period: Period) =>
  queryOptions({
    queryKey: ['backtest', monitor.model, monitor, period],
    queryFn: () => post<'backtestDeclaration'>('/backtests', { monitor, ...period }),
    placeholderData: (previous: Backtest | undefined) => previous,
    staleTime: 60_000,
    retry: false,
  })
