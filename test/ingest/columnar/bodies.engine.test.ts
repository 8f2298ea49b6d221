import { columnarBodies } from '../../suites/columnar-bodies.ts'

columnarBodies(() => Promise.resolve({}))
