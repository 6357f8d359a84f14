// What the owner of a group can do with it and with its members, and what nobody else can.

import { all, click, close, find, key, media, press, sent, show, tidy, type } from '../../testing/window'
import { flushSync } from 'svelte'
import { afterEach, describe, expect, it } from 'vitest'
import type { GroupView } from '../../lib/contract'
import { hearth } from '../../lib/state.svelte'

afterEach(tidy)

const dialogs = () => [...document.querySelectorAll<HTMLElement>('[role="dialog"]')]
const title = () => dialogs().at(-1)?.querySelector('h2')?.textContent
const items = () => [...document.querySelectorAll<HTMLElement>('[role="menu"] button')]
const menuOf = (id: string) => document.querySelector<HTMLElement>(`[data-member-id="${id}"] [data-test="member-menu"]`)
const focused = () => (document.activeElement as HTMLElement).dataset.test
const withoutTheo = () => ({ members: hearth.group!.members.filter((each) => each.id !== 'theo') })
function groupBecomes(change: Partial<GroupView>) {
  hearth.take({ event: 'group', group: { ...hearth.group!, ...change } })
  flushSync()
}

describe.each([
  ['wide', 1120],
  ['medium', 860],
  ['narrow', 400],
])('in a %s window', (_, width) => {
  it('the owner has a menu for every other member, watchers included', async () => {
    media.width = width
    await show('chilling')
    expect(all('member-menu').map((each) => each.getAttribute('aria-label'))).toEqual(['Mika', 'Theo', 'June', 'Sol'].map((name) => `Options for ${name}`))
    press('people')
    const listed = dialogs()[0]!
    expect([...listed.querySelectorAll<HTMLElement>('[data-member-id]')].map((each) => each.dataset.memberId)).toEqual(['me', 'mika', 'theo', 'june', 'sol', 'noor', 'pax'])
    expect(listed.querySelectorAll('[data-test="member-menu"]')).toHaveLength(6)
    expect(listed.querySelector('[data-member-id="me"] [data-test="member-menu"]')).toBeNull()
  })

  it('nobody else has one', async () => {
    media.width = width
    await show('people-guest')
    expect(all('member')).toHaveLength(9)
    expect(all('watcher')).toHaveLength(2)
    expect(all('member-menu')).toEqual([])
    const asked = new MouseEvent('contextmenu', { bubbles: true, cancelable: true })
    find('member')!.dispatchEvent(asked)
    expect(asked.defaultPrevented).toBe(false)
    expect(document.querySelector('[role="menu"]')).toBeNull()
  })
})

describe('a member', () => {
  it('is removed only after a question that names them, and whose safe answer has the focus', async () => {
    await show('chilling')
    click(menuOf('theo')!)
    press('kick-member')
    expect(title()).toBe('Remove Theo from the group?')
    expect(focused()).toBe('confirm-cancel')
    press('confirm-cancel')
    expect(sent()).toEqual([])
    expect(dialogs()).toEqual([])
    expect(document.activeElement).toBe(menuOf('theo'))

    click(menuOf('theo')!)
    press('kick-member')
    press('confirm')
    expect(sent()).toEqual([{ command: 'kick_member', member: 'theo' }])
    expect(dialogs()).toEqual([])
  })

  it('becomes the owner, also one who watches', async () => {
    await show('people')
    click(menuOf('noor')!)
    press('make-owner')
    expect(title()).toBe('Make Noor the owner?')
    press('confirm')
    expect(sent()).toEqual([{ command: 'make_owner', member: 'noor' }])
    // The list of people is still there.
    expect(title()).toBe('People')
  })

  it('has their menu on a right click and on the key for it', async () => {
    await show('chilling')
    const tile = all('member')[1]!
    tile.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, clientX: 30, clientY: 40 }))
    flushSync()
    expect(document.querySelector('[role="menu"]')!.textContent).toMatch(/Theo, Peak Pro Storm/)
    key({ key: 'Escape' }, document.activeElement!)
    expect(document.querySelector('[role="menu"]')).toBeNull()
    expect(document.activeElement).toBe(menuOf('theo'))
    menuOf('theo')!.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))
    flushSync()
    expect(document.querySelector('[role="menu"]')).not.toBeNull()
  })

  it('who left meanwhile is not asked about any more', async () => {
    await show('kick-member')
    groupBecomes(withoutTheo())
    expect(dialogs()).toEqual([])
  })

  it('who was removed leaves the keyboard in the page', async () => {
    await show('chilling')
    click(menuOf('theo')!)
    press('kick-member')
    press('confirm')
    expect(document.activeElement).toBe(menuOf('theo'))
    groupBecomes(withoutTheo())
    expect(document.activeElement!.id).toBe('main')
  })

  it('cannot be removed while the gateway is away', async () => {
    await show('reconnecting')
    click(menuOf('theo')!)
    expect(items().map((item) => (item as HTMLButtonElement).disabled)).toEqual([true, true])
    await close()
    await show('kick-member')
    hearth.take({ event: 'gateway', gateway: { ...hearth.gateway!, state: 'reconnecting' } })
    flushSync()
    press('confirm')
    expect(sent()).toEqual([])
  })
})

describe('the menu of a group', () => {
  const names = () => items().map((item) => item.dataset.test ?? item.textContent!.trim())

  it('has all of it for the owner', async () => {
    await show('menu')
    expect(names()).toEqual(['set-away', 'set-mobile', 'show-people', 'Copy group code', 'edit-group', 'leave-group', 'delete-group'])
  })

  it('has nothing of the owner for the others', async () => {
    await show('menu-member')
    expect(names()).toEqual(['set-away', 'set-mobile', 'show-people', 'Copy group code', 'leave-group'])
  })

  it('says whether one is on a phone, and changes it', async () => {
    await show('menu')
    expect(find('set-mobile')!.getAttribute('role')).toBe('menuitemcheckbox')
    expect(find('set-mobile')!.getAttribute('aria-checked')).toBe('false')
    press('set-mobile')
    expect(sent()).toEqual([{ command: 'set_mobile', mobile: true }])
    groupBecomes({ members: hearth.group!.members.map((each) => (each.me ? { ...each, mobile: true } : each)) })
    expect(find('set-mobile')!.getAttribute('aria-checked')).toBe('true')
    press('set-mobile')
    expect(sent().at(-1)).toEqual({ command: 'set_mobile', mobile: false })
  })

  it('goes through its items with the arrows, from the first one on', async () => {
    await show('menu-member')
    expect(focused()).toBe('set-away')
    key({ key: 'ArrowDown' }, document.activeElement!)
    expect(focused()).toBe('set-mobile')
    key({ key: 'End' }, document.activeElement!)
    expect(focused()).toBe('leave-group')
  })

  it('opens with the arrow down', async () => {
    await show('chilling')
    key({ key: 'ArrowDown' }, find('group-menu')!)
    expect(focused()).toBe('set-away')
  })

  it('closes alone when it is inside a dialog', async () => {
    await show('people-menu')
    key({ key: 'Escape' }, document.activeElement!)
    expect(document.querySelector('[role="menu"]')).toBeNull()
    expect(title()).toBe('People')
    key({ key: 'Escape' }, document.activeElement!)
    expect(dialogs()).toEqual([])
  })
})

describe('a group', () => {
  it('is edited, and only what changed is sent', async () => {
    await show('edit-group')
    expect(focused()).toBe('edit-name')
    type('edit-name', ' Monday ')
    press('edit-save')
    expect(sent()).toEqual([{ command: 'edit_group', name: 'Monday' }])
    await show('edit-group-countdown')
    const pick = find('countdown') as HTMLSelectElement
    expect([...pick.options].map((each) => each.textContent)).toEqual(['At once, 3-2-1', '3 s', '5 s', '10 s', '20 s', '30 s'])
    expect(pick.value).toBe('20000')
    pick.value = '2100'
    pick.dispatchEvent(new Event('change', { bubbles: true }))
    press('edit-save')
    expect(sent()).toEqual([{ command: 'edit_group', countdownMs: 2100 }])
    await show('edit-group-elsewhere')
    expect(find('countdown'), 'no choice where the gateway has none').toBeNull()
    expect(find('countdown-help')!.textContent).toBe('This gateway counts 3-2-1 itself.')
    press('edit-save')
    expect(sent()).toEqual([])
    await show('edit-group')
    press('edit-public')
    press('edit-save')
    expect(sent()).toEqual([{ command: 'edit_group', public: true }])
    await show('edit-group')
    press('edit-save')
    expect(sent()).toEqual([])
    expect(dialogs()).toEqual([])
  })

  it.each([
    ['too long', 'x'.repeat(33), /Too long by 1/],
    ['empty', '  ', /needs a name/],
  ])('does not take a name that is %s', async (_, name, words) => {
    await show('edit-group')
    type('edit-name', name)
    expect(dialogs()[0]!.textContent).toMatch(words)
    expect(find('edit-name')!.getAttribute('aria-invalid')).toBe('true')
    find('edit-name')!.closest('form')!.requestSubmit()
    flushSync()
    expect(sent()).toEqual([])
    expect(title()).toBe('Edit group')
  })

  it('says how long its name is, in UTF-16 units', async () => {
    await show('edit-group')
    type('edit-name', 'fire 🔥')
    expect(dialogs()[0]!.textContent).toMatch(/7 of 32/)
  })

  it('is deleted after a question, and the focus goes back when it is not', async () => {
    await show('menu')
    press('delete-group')
    expect(title()).toBe('Delete Sunday slow burn?')
    expect(focused()).toBe('confirm-cancel')
    key({ key: 'Escape' }, document.activeElement!)
    expect(sent()).toEqual([])
    expect(focused()).toBe('group-menu')
    press('group-menu')
    press('delete-group')
    press('confirm')
    expect(sent()).toEqual([{ command: 'delete_group' }])
  })

  it.each(['edit-group', 'delete-group', 'kick-member', 'make-owner'])('that somebody else owns by now, or another one, closes %s', async (name) => {
    await show(name)
    groupBecomes({ own: false })
    expect(dialogs()).toEqual([])
    await show(name)
    groupBecomes({ code: 'zzzzzz' })
    expect(dialogs()).toEqual([])
    await show(name)
    hearth.take({ event: 'group', group: null })
    flushSync()
    expect(dialogs()).toEqual([])
    expect(sent()).toEqual([])
  })
})

describe('being away', () => {
  it.each([
    ['away-device', /Away: your device sleeps.*Press its button to be back/s],
    ['away-locked', /Away while this computer is locked.*Unlock it to be back/s],
    ['away', /You are away.*The group does not wait for you/s],
  ])('says why and how it ends, and can be ended: %s', async (name, words) => {
    for (const width of [1120, 400]) {
      media.width = width
      await show(name)
      expect(document.querySelector('.stage')!.textContent).toMatch(words)
      press('stage-primary')
      expect(sent()).toEqual([{ command: 'set_away', away: false }])
      await close()
    }
  })

  it('for want of a device offers to connect it, and to be back all the same', async () => {
    await show('away-device-unconnected')
    press('stage-primary')
    press('stage-secondary')
    expect(sent()).toEqual([
      { command: 'connect_device', id: 'ember' },
      { command: 'set_away', away: false },
    ])
  })
})

describe('a gateway that refuses', () => {
  it('says why and what to do, once', async () => {
    for (const name of ['suspended', 'suspended-alone']) {
      await show(name)
      expect(find('banner')!.textContent).toMatch(/suspended this account\. Ask whoever runs it/)
      expect(find('toast')).toBeNull()
      press('switch-gateway')
      expect(title()).toBe('Choose a gateway')
    }
    await show('suspended', 'settings')
    expect(find('toast')!.textContent).toMatch(/suspended this account/)
    expect(find('refusal')!.textContent).toMatch(/suspended this account/)
  })
})
