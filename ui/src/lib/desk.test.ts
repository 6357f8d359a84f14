// Where the tray and invite links lead the window.

import { close, find, press, sent, show, tidy, type } from '../testing/window'
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
  expect(document.querySelector('.joinhelp')!.textContent).toMatch(/A link that was opened leads here/)
  hearth.draft.join = ''
  desk({ mini: true })
  expect(hearth.draft.join).toBe('')
  await close()
})

it('lets go of an invite that nobody wants, and of one that was taken', async () => {
  await show('lobby')
  desk({ invite: { id: 1, code: 'q7xk2m' } })
  press('drop-invite')
  expect(sent()).toEqual([{ command: 'drop_invite' }])
  expect((find('join-code') as HTMLInputElement).value).toBe('')
  expect(document.activeElement).toBe(find('join-code'))
  desk({ invite: null })
  expect(find('drop-invite')).toBeNull()
  desk({ invite: { id: 2, code: 'q7xk2m' } })
  press('join-confirm')
  expect(sent().slice(1)).toEqual([{ command: 'drop_invite' }, { command: 'join_group', code: 'q7xk2m' }])
  await close()
})

it('offers to decline only the code of the invite', async () => {
  await show('lobby')
  desk({ invite: { id: 1, code: 'q7xk2m' } })
  type('join-code', 'another')
  expect(find('drop-invite')).toBeNull()
  await close()
})
