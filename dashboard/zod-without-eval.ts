import { z } from 'zod'

// The content security policy allows no code that is made from text.
z.config({ jitless: true })
