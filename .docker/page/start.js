/**
 * Serves the built page: writes its settings, from the environment or a file `.env`, into its one document, and
 * starts `serve`. Without the API's address it ends, and says so.
 */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { documentWith, refused, remarks, servingFrom } from './settings.js'

const BUILT = new URL('dist/', import.meta.url)
const FOLDER = join(tmpdir(), 'page')
const PORT = process.env.PORT || '8081'

const fromFile = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
const settings = { ...fromFile, ...process.env }

const problem = refused(settings)
if (problem) {
  console.error(`datalab: ${problem}`)
  process.exit(1)
}

for (const remark of remarks(settings)) console.warn(`datalab: ${remark}`)

cpSync(BUILT, FOLDER, { recursive: true })
const index = join(FOLDER, 'index.html')
writeFileSync(index, documentWith(settings, readFileSync(new URL('index.html', BUILT), 'utf8')))
writeFileSync(join(FOLDER, 'serve.json'), JSON.stringify(servingFrom(settings)))

console.log(`The page listens on port ${PORT}; its API is ${settings.VUE_APP_API_URL}.`)
process.env.NO_UPDATE_CHECK = '1'
process.argv.splice(2, Infinity, FOLDER, '--listen', PORT, '--no-clipboard', '--no-port-switching', '--no-request-logging')
await import('./node_modules/serve/build/main.js')
