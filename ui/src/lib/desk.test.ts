// Where the tray and invite links lead the window.

import { close, find, sent, show, tidy } from '../testing/window'
import { flushSync } from 'svelte'
import { afterEach, expect, it } from 'vitest'
import type { DeskView } from './contract'
import { hearth } from './state.svelte'

afterEach(tidy)

function desk(change: Partial<DeskView>): void {
  hearth.take({ event: 'desk', desk: { ...hearth.view!.desk, ...change } })
  flushSync()
}

it('goes where the tray leads, once for each wish', async () => {
  await show('chilling')
  desk({ visit: { id: 1, page: 'settings' } })
  expect(hearth.screen).toBe('settings')
  hearth.go('devices')
  desk({ mini: true })
  expect(hearth.screen).toBe('devices')
  desk({ visit: { id: 2, page: 'settings' } })
  expect(hearth.screen).toBe('settings')
})

it('puts the code of an invite into its field, and joins nothing by itself', async () => {
  await show('lobby')
  desk({ invite: { id: 1, code: 'q7xk2m' }, visit: { id: 2, page: 'lobby' } })
  expect((find('join-code') as HTMLInputElement).value).toBe('q7xk2m')
  expect(sent()).toEqual([])
  hearth.draft.join = ''
  desk({ mini: true })
  expect(hearth.draft.join).toBe('')
  await close()
})
