#!/usr/bin/env node
import { run } from './cli/program.ts'

// A reader that has gone (`| head`) is no failure of ours, nor a reason to stop a service.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
// What is written is for this user alone, also what the engine writes: it holds secrets of channels.
process.umask(0o077)
process.exitCode = await run(process.argv, process.env)
