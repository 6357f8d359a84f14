// The words of the overlay's page, drawn from the catalogues when the page is built: `virtual:overlay-words` has the
// texts that `src/overlay/words.ts` marks with `msg('…')`, and no others, because the catalogues are far larger than
// the whole page. `npm run words` sees the same marks and keeps the texts complete.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const SOURCE = file('src/overlay/words.ts')
const TONGUES = ['en', 'de']
const NAME = 'virtual:overlay-words'

const texts = () => [...readFileSync(SOURCE, 'utf8').matchAll(/\bmsg\('((?:[^'\\\n]|\\.)*)'\)/g)].map(([, text]) => text.replace(/\\(.)/g, '$1'))

/** What each text is in each language. */
export function overlayCatalogues() {
  const wanted = texts()
  return Object.fromEntries(
    TONGUES.map((tongue) => {
      const all = JSON.parse(readFileSync(file(`../lang/${tongue}.json`), 'utf8'))
      return [tongue, Object.fromEntries(wanted.map((text) => [text, all[text] || text.replace(/\|.*/, '')]))]
    }),
  )
}

/** For Vite. */
export function overlayWords() {
  return {
    name: 'overlay-words',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null
      for (const path of [SOURCE, ...TONGUES.map((tongue) => file(`../lang/${tongue}.json`))]) this.addWatchFile?.(path)
      return `export default ${JSON.stringify(overlayCatalogues())}`
    },
  }
}
