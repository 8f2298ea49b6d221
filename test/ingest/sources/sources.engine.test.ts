import { sourceSuite } from '../../suites/sources.ts'

sourceSuite(() => Promise.resolve({}))
