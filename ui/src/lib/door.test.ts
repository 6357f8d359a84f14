// One door to the host: no other file may know that there is a Tauri.

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith('.test.ts'))
  .map((file) => file.split(path.sep).join('/'))
const naming = (what: RegExp) => sources.filter((file) => what.test(readFileSync(path.join('src', file), 'utf8')))

it('only backend.ts imports the host', () => {
  expect(naming(/from '@tauri-apps|import\('@tauri-apps|__TAURI/)).toEqual(['lib/backend.ts'])
})

it('only main.ts reaches the fixtures, and only where a production build drops it', () => {
  const outside = naming(/['"][^'"]*\/demo\//).filter((file) => !file.startsWith('lib/demo/'))
  expect(outside).toEqual(['main.ts'])
  expect(readFileSync('src/main.ts', 'utf8')).toMatch(/import\.meta\.env\.DEV && fixture\)/)
})

it('the locale is mended before anything else loads', () => {
  const first = readFileSync('src/main.ts', 'utf8').split('\n').find((line) => line.startsWith('import'))
  expect(first).toBe("import './lib/locale'")
})

it('nothing is fetched from anywhere', () => {
  const allowed = /https?:\/\/(www\.w3\.org)/
  expect(naming(/(?:src|href|url|fetch|import)\s*[=(]\s*['"{`(]*https?:\/\//).filter((file) => !allowed.test(file))).toEqual([])
})
