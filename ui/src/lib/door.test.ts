// One door to the host: no other file may know that there is a Tauri.

import { expect, it } from 'vitest'

const all = import.meta.glob<string>('../**/*.{ts,svelte}', { query: '?raw', import: 'default', eager: true })
/** Sources by their path below src; paths are as seen from here. */
const sources = Object.entries(all)
  .map(([file, text]) => ({ file: file.startsWith('../') ? file.slice(3) : file.replace('./', 'lib/'), text }))
  .filter(({ file }) => !file.endsWith('.test.ts'))
const naming = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ file }) => file)
/** What starts the window, and the mini window. */
const MAINS = ['main.ts', 'mini/main.ts']
const mains = MAINS.map((main) => sources.find(({ file }) => file === main)!.text)

it('sees the whole window', () => {
  expect(sources.length).toBeGreaterThan(60)
})

it('only backend.ts imports the host', () => {
  expect(naming(/from '@tauri-apps|import\('@tauri-apps|__TAURI/)).toEqual(['lib/backend.ts'])
})

it('only what starts a page reaches the fixtures, and only where a production build drops it', () => {
  const outside = naming(/['"][^'"]*\/demo\//).filter((file) => !/^(lib\/demo|testing)\//.test(file))
  expect(outside.sort()).toEqual(MAINS)
  for (const main of mains) expect(main).toMatch(/import\.meta\.env\.DEV && fixture\)/)
})

it('nothing but tests reaches what is for tests', () => {
  expect(naming(/['"][^'"]*\/testing\//)).toEqual([])
})

it('the locale is mended before anything else loads', () => {
  const first = mains.map((main) => main.split('\n').find((line) => line.startsWith('import')))
  expect(first).toEqual(["import './lib/locale'", "import '../lib/locale'"])
})

it('nothing is fetched from anywhere', () => {
  expect(naming(/(?:src|href|url|fetch|import)\s*[=(]\s*['"{`(]*https?:\/\//)).toEqual([])
})
