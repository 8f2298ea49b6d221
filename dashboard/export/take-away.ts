/** What the menus of charts and tables do, loaded with the first one that is opened. */
export { csv } from '../../charts/export/csv.ts'
export { fileName } from '../../charts/export/file-name.ts'
export { markdown } from '../../charts/export/markdown.ts'
export { permalink } from './permalink.ts'
export { copied, save } from './save.ts'
