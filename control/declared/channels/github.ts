import { z } from 'zod'
import type { ChannelDefinition } from './definition.ts'
import { httpUrl } from './http-url.ts'

/** A repository whose workflows are started by `repository_dispatch`: a target of retraining, not of alerts. */
const githubSchema = z.strictObject({
  repository: z
    .string()
    .max(140)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
      'write the repository as owner/name',
    ),
  token: z
    .string()
    .max(512)
    .regex(
      /^[\x21-\x7e]{24,}$/,
      'a token has at least 24 characters and no spaces: make a fine-grained one that may write the contents of the repository',
    ),
  event_type: z.string().trim().min(1).max(100).default('driftgauge_retrain'),
  api_url: httpUrl('the address of the GitHub API').default('https://api.github.com'),
})

export type GithubSettings = z.output<typeof githubSchema>

export const githubDefinition: ChannelDefinition<typeof githubSchema> = {
  schema: githubSchema,
  secretSetting: 'token',
  editable: ({ token: _, ...rest }) => rest,
  view({ repository, token, event_type, api_url }) {
    const { origin, pathname } = new URL(api_url)
    return {
      target: `${repository} by ${event_type} at ${origin}${pathname.replace(/\/+$/, '')}`,
      secrets: 1,
      identity: ['github', repository, token, event_type, api_url],
    }
  },
}
