// The whole window in German: nothing of it is in English, and what is on show follows a change of the language.

import { find, show, tidy } from './testing/window'
import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Language } from './lib/contract'
import { FIXTURES } from './lib/demo/fixture'
import { hearth } from './lib/state.svelte'
import { CATALOGUES, say, speak } from './lib/tongue.svelte'

beforeEach(() => speak('de'))
afterEach(async () => {
  await tidy()
  speak('en')
})

function choose(language: Language) {
  if (!hearth.view) speak(language)
  else hearth.take({ event: 'settings', settings: { ...hearth.view!.settings, language } })
  flushSync()
}

const spoken = (tongue: 'en' | 'de') => Object.entries(CATALOGUES[tongue]).flatMap(([text, saying]) => (typeof saying === 'string' ? [[text, saying] as const] : []))
const german = new Set(spoken('de').map(([, saying]) => saying))
/** What people of the fixtures call their groups and profiles. */
const NAMES = ['Sunday slow burn', 'Morning porch', 'Quiet room', 'High']
/** English that is not German as well. */
const english = new Set(spoken('en').map(([, saying]) => saying).filter((saying) => !saying.includes('{') && !german.has(saying) && !NAMES.includes(saying)))

/** All that is to be read or heard. */
function words(): string[] {
  const found: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (!node.parentElement?.closest('style, script')) found.push(node.textContent ?? '')
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(element.getAttribute(name) ?? '')
  }
  return found.map((each) => each.trim())
}

const isEnglish = (text: string) => english.has(text) || english.has(text.replace(/[.:]$/, ''))

it.each(Object.keys(FIXTURES))('%s has nothing in English', async (fixture) => {
  await show(fixture)
  choose('de')
  expect(words().filter(isEnglish)).toEqual([])
})

it('what is on show follows a change of the language at once', async () => {
  await show('chilling')
  choose('en')
  hearth.take({ event: 'notices', notices: [{ id: 1, kind: 'error', code: 'no_such_group', title: { text: 'No group has this code' }, advice: { text: '{name} is still heating', args: { name: 'Fern' } }, device: null }] })
  hearth.tell('success', say('Invite link copied'))
  flushSync()
  const told = () => [...document.querySelectorAll('[data-test="toast"] .tb')].map((toast) => toast.textContent.trim())
  expect(told()).toEqual(expect.arrayContaining(['No group has this code Fern is still heating', 'Invite link copied']))
  const chat = () => find('screen-session')!.textContent
  expect(chat()).toContain('June is away')
  choose('de')
  expect(told()).toEqual(expect.arrayContaining(['Keine Gruppe hat diesen Code Fern heizt noch', 'Einladungslink kopiert']))
  expect(chat()).toContain('June ist abwesend')
  choose('en')
  expect(told()).toEqual(expect.arrayContaining(['No group has this code Fern is still heating', 'Invite link copied']))
})
