// Keeps the catalogues in /lang complete: every text that the window (`t('…')`, `msg('…')`, `say('…')`) and the companion
// (`say!(…, "…")`, `said!("…")`) use is in each of them, and nothing else. `npm run words` says what is missing and fails;
// `npm run words -- --write` adds it (English as it is, the others empty, to be translated) and drops the unused.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TONGUES = ['en', 'de']

const files = (folder, fits) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && fits(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

const ui = files('ui/src', (name) => /\.(svelte|ts)$/.test(name) && !/\.test\.ts$/.test(name)).filter((file) => !file.includes('/demo/'))
const rust = ['crates', 'src-tauri'].flatMap((folder) => files(folder, (name) => name.endsWith('.rs')))

/** JavaScript's and Rust's escapes are alike as far as texts use them; a line that is continued starts anew. */
const unquote = (quoted) =>
  quoted
    .slice(1, -1)
    .replace(/\\\n\s*/g, '')
    .replace(/\\u\{?([0-9a-fA-F]{1,6})\}?/g, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/\\n/g, '\n')
    .replace(/\\(.)/g, '$1')

const STRING = String.raw`('(?:[^'\\\n]|\\.)*'|"(?:[^"\\]|\\[\s\S])*")`
const used = new Set()
const collect = (paths, call) => {
  for (const path of paths) for (const [, quoted] of readFileSync(path, 'utf8').matchAll(call)) used.add(unquote(quoted))
}
collect(ui, new RegExp(String.raw`(?<![\w.])(?:t|msg|say)\(\s*` + STRING, 'g'))
collect(rust, new RegExp(String.raw`\b(?:say|said)!\(\s*(?:[\w.&()]+,\s*)?` + STRING, 'g'))

const write = process.argv.includes('--write')
let mistakes = 0
const complain = (line) => {
  mistakes += 1
  console.error(line)
}
const placeholders = (saying) => [...new Set(saying.match(/\{\w+\}/g))].sort()
/** A text of two meanings says which behind a bar, for those who translate. */
const english = (text) => text.replace(/\|.*/, '')

/** What is wrong with how a text is said: forms that the tongue lacks or does not know, words in braces that differ. */
function wrongIn(text, saying, tongue) {
  if (typeof saying === 'string') return String(placeholders(saying)) === String(placeholders(text)) ? null : 'other placeholders'
  const { pluralCategories } = new Intl.PluralRules(tongue).resolvedOptions()
  if (String(Object.keys(saying).sort()) !== String([...pluralCategories].sort())) return `not the plural forms ${pluralCategories.join(', ')}`
  // `one` may do without its number.
  const named = (form) => String(placeholders(form).filter((each) => each !== '{count}'))
  const differs = Object.values(saying).some((form) => !form || named(form) !== named(text))
  return differs ? 'other placeholders' : null
}

for (const tongue of TONGUES) {
  const path = join(ROOT, 'lang', `${tongue}.json`)
  const had = JSON.parse(readFileSync(path, 'utf8'))
  const texts = [...used].sort((a, b) => (a < b ? -1 : 1))
  if (write) {
    const now = Object.fromEntries(texts.map((text) => [text, had[text] ?? (tongue === 'en' ? english(text) : '')]))
    writeFileSync(path, `${JSON.stringify(now, null, 2)}\n`)
    continue
  }
  for (const text of texts) {
    const wrong = had[text] ? wrongIn(text, had[text], tongue) : 'missing'
    if (wrong) complain(`${tongue}: ${wrong}: ${text}`)
  }
  for (const text of Object.keys(had)) if (!used.has(text)) complain(`${tongue}: not used: ${text}`)
}
if (mistakes) {
  console.error(`${mistakes} wrong. \`npm run words -- --write\` adds and drops; translate what is empty.`)
  process.exit(1)
}
