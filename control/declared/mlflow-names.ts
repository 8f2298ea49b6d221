import { z } from 'zod'

/** Where a version's baseline is among the artifacts of its run, if nothing else is said. */
export const MLFLOW_BASELINE = 'monitoring/baseline.parquet'

/** Names of registered models; MLflow takes no slash and no colon in them. */
export const mlflowNameSchema = z
  .string()
  .max(256)
  .regex(/^[^/:\p{Cc}\p{Cs}]+$/u, 'write the name of a registered model; it has no "/" and no ":"')

export const mlflowAliasSchema = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_-]+$/, 'an alias has letters, digits, "_" or "-"')
  .refine(
    (alias) => !/^v\d+$/i.test(alias) && alias.toLowerCase() !== 'latest',
    'MLflow takes no alias such as "v1" or "latest"',
  )

/** A file that can be read as a baseline, below the artifacts of a run. */
export const mlflowPathSchema = z
  .string()
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}\\]+$/u, 'write a path such as monitoring/baseline.parquet')
  .refine(
    (path) => path.split('/').every((part) => !['', '.', '..'].includes(part)),
    'write a path below the artifacts of the run, without ".."',
  )
  .refine(
    (path) => /\.(parquet|csv|tsv|ndjson|jsonl)$/i.test(path),
    'name a Parquet, CSV, TSV or NDJSON file',
  )
