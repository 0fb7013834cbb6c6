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

const settings = { ...settingsIn('.env'), ...process.env }

const problem = refused(settings)
if (problem) end(problem)

for (const remark of remarks(settings)) console.warn(`datalab: ${remark}`)

cpSync(BUILT, FOLDER, { recursive: true })
const index = join(FOLDER, 'index.html')
writeFileSync(index, documentWith(settings, readFileSync(new URL('index.html', BUILT), 'utf8')))
// `serve` answers with it what is not there; without it, browsers would keep the news that a file with a hash is missing.
writeFileSync(join(FOLDER, '404.html'), '<!doctype html>\n<title>Not found</title>\n<p>There is no such file.\n')
writeFileSync(join(FOLDER, 'serve.json'), JSON.stringify(servingFrom(settings)))

console.log(`The page listens on port ${PORT}; its API is ${settings.VUE_APP_API_URL}.`)
process.env.NO_UPDATE_CHECK = '1'
process.argv.splice(2, Infinity, FOLDER, '--listen', PORT, '--no-clipboard', '--no-port-switching', '--no-request-logging')
await import('./node_modules/serve/build/main.js')

function settingsIn(file) {
  if (!existsSync(file)) return {}
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    return end(`${process.cwd()}/${file} cannot be read (${error.code}): mount a file that everybody may read, or none.`)
  }
}

function end(reason) {
  console.error(`datalab: ${reason}`)
  process.exit(1)
}
