// The mini window offers what the stage bar offers, and stops a heat whatever else there is.

import { media } from '../testing/pixels'
import { flushSync, mount, tick, unmount } from 'svelte'
import { afterEach, expect, it } from 'vitest'
import { clock } from '../lib/clock.svelte'
import { FIXTURES } from '../lib/demo/fixture'
import { openFixture } from '../lib/demo/open'
import { NOW } from '../lib/demo/people'
import { hearth } from '../lib/state.svelte'
import { all, find, key, press, sent } from '../testing/window'
import { say } from '../lib/tongue.svelte'
import Mini from './Mini.svelte'
import { miniOf } from './mini'

let page: ReturnType<typeof mount> | null = null

async function open(fixture: string) {
  openFixture(fixture)
  page = mount(Mini, { target: document.body })
  await tick()
  flushSync()
}

afterEach(async () => {
  if (page) await unmount(page)
  page = null
  hearth.close()
  clock.start()
  media.width = 1120
})

const at = (fixture: string, gone = false) => miniOf(FIXTURES[fixture]!().view!, NOW, gone)

it.each([
  ['chilling', 'Everyone is chilling', 'ask'],
  ['awaiting', '2 of 4 ready', 'ready'],
  ['ready', '3 of 4 ready', 'start'],
  ['countdown', 'Get ready', 'sit-out'],
  ['counting-down', 'Get ready', 'sit-out'],
  ['sitting-out', 'Starting in 2', undefined],
  ['seshing', 'Preheating', 'stop-heat'],
  ['active', 'At temp', 'stop-heat'],
  ['device-lost-heating', 'Link lost', 'stop-heat'],
  ['fading', 'Fading', undefined],
  ['away', 'You are away', 'back'],
  ['watching', 'You are watching', 'connect'],
  ['alone', 'Idle', 'heat-now'],
])('%s says "%s" and offers %s', (fixture, title, action) => {
  expect(at(fixture).title).toBe(title)
  expect(at(fixture).action?.id).toBe(action)
})

it('says why its button cannot be pressed', () => {
  expect(at('awaiting-asleep')).toMatchObject({ sub: 'Wake your device first', action: { id: 'ready', disabled: true } })
})

it('offers only the stop while Hearth cannot be reached, and says what else stops a heat', () => {
  expect(at('active', true)).toMatchObject({ sub: 'Stop with its button', action: { id: 'stop-heat' }, hero: { frozen: true } })
  expect(at('active', true).action?.disabled).toBeUndefined()
  expect(at('chilling', true).action?.disabled).toBe(true)
})

it('has labels that fit', () => {
  for (const fixture of Object.keys(FIXTURES).filter((name) => name.startsWith('mini-'))) {
    const { view } = FIXTURES[fixture]!()
    if (view) expect(miniOf(view, NOW, false).action?.label.length ?? 0, fixture).toBeLessThanOrEqual(18)
  }
})

it('stops a heat, with the button and with the key', async () => {
  await open('mini-active')
  press('stage-primary')
  key({ key: 'Enter', ctrlKey: true })
  expect(sent()).toEqual([{ command: 'stop_heat' }, { command: 'stop_heat' }])
})

it('closes with Escape and with its button, and brings the window forward', async () => {
  await open('mini-chilling')
  key({ key: 'Escape' })
  press('mini-close')
  press('show-window')
  expect(sent()).toEqual([{ command: 'mini', open: false }, { command: 'mini', open: false }, { command: 'show_window' }])
})

it('leads to the window where a device is to be chosen', async () => {
  await open('mini-alone-first-start')
  press('stage-primary')
  expect(sent()).toEqual([{ command: 'show_window' }])
})

it('is dragged by everything but its buttons', async () => {
  await open('mini-chilling')
  expect(find('mini')!.dataset.tauriDragRegion).toBe('')
  expect(document.querySelectorAll('.mini button')).toHaveLength(3)
})

it('says when a press did not arrive', async () => {
  await open('mini-active')
  hearth.tell('error', say('That did not reach Hearth'), say('Stop the heat with the button of your device.'), 'not_delivered')
  flushSync()
  expect(document.querySelector('[role="alert"]')!.textContent).toMatch(/Stop the heat with the button/)
  press('stage-primary')
  expect(document.querySelector('[role="alert"]')).toBeNull()
})

it('can be looked at before Hearth has said anything', async () => {
  await open('mini-not-running')
  expect(document.body.textContent).toContain('Hearth is not running')
  expect(all('stage-primary')).toHaveLength(0)
})
