// The lobby in a document without pixels: what is there to press, and what it sends.

import { all, close, find, key, looks, media, press, sent, show, tidy, type } from '../../testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LobbyGroup } from '../../lib/contract'
import { GROUPS, HOST, lobby } from '../../lib/demo/lobby'
import { group, stage } from '../../lib/demo/session'
import { SUGGESTIONS } from '../../lib/group-name'
import { hearth } from '../../lib/state.svelte'

afterEach(tidy)

const codes = () => all('public-group').map((row) => row.dataset.code)
const row = (code: string) => all('public-group').find((each) => each.dataset.code === code)!
const button = (code: string) => row(code).querySelector<HTMLButtonElement>('[data-test="join-row"]')!
const tell = (groups: LobbyGroup[]) => {
  hearth.take({ event: 'lobby', lobby: lobby({ groups }) })
  flushSync()
}
/** The gateway tells that a group waits now. */
const awaits = (code: string) => GROUPS.map((each): LobbyGroup => (each.code === code ? { ...each, stage: 'awaiting' } : each))
const SORTED = ['g0ldn5', 'pr0xyp', 'l8sh1f', 'm4rn1g', 'l3m0nt', 'qu1etr']

describe('public groups', () => {
  it('are joined, and watched while they heat', async () => {
    await show('lobby')
    expect(codes()).toEqual(SORTED)
    expect(button('g0ldn5').textContent!.trim()).toBe('Join')
    expect(button('l8sh1f').textContent!.trim()).toBe('Watch')
    button('l8sh1f').click()
    expect(sent()).toEqual([{ command: 'join_group', code: 'l8sh1f' }])
  })

  it('do not move under the pointer, and are in order when it leaves', async () => {
    await show('lobby')
    const list = find('public-groups')!
    list.dispatchEvent(new Event('pointerenter'))
    flushSync()
    tell(awaits('qu1etr').filter((each) => each.code !== 'g0ldn5'))
    expect(codes()).toEqual(SORTED)
    expect(button('g0ldn5').getAttribute('aria-disabled')).toBe('true')
    button('g0ldn5').click()
    expect(sent()).toEqual([])
    expect(row('g0ldn5').textContent).toMatch(/Closed/)
    list.dispatchEvent(new Event('pointerleave'))
    flushSync()
    expect(codes()).toEqual(['pr0xyp', 'qu1etr', 'l8sh1f', 'm4rn1g', 'l3m0nt'])
  })

  it('do not move while the keyboard is in the list', async () => {
    await show('lobby')
    button('pr0xyp').focus()
    flushSync()
    tell(awaits('qu1etr'))
    expect(codes()).toEqual(SORTED)
    button('pr0xyp').blur()
    flushSync()
    expect(codes()).toEqual(['g0ldn5', 'pr0xyp', 'qu1etr', 'l8sh1f', 'm4rn1g', 'l3m0nt'])
  })

  it('move again after the list was away under the pointer', async () => {
    await show('lobby')
    find('public-groups')!.dispatchEvent(new Event('pointerenter'))
    hearth.take({ event: 'lobby', lobby: lobby({ groups: [], asOf: null }) })
    flushSync()
    expect(find('public-groups')).toBeNull()
    tell(awaits('qu1etr'))
    expect(codes()).toEqual(['g0ldn5', 'pr0xyp', 'qu1etr', 'l8sh1f', 'm4rn1g', 'l3m0nt'])
  })

  it('are found by name, and by what they do', async () => {
    await show('lobby')
    key({ key: '/' })
    expect(document.activeElement).toBe(find('search'))
    type('search', 'people')
    expect(codes()).toEqual(['pr0xyp'])
    key({ key: 'Escape' }, find('search')!)
    expect(codes()).toEqual(SORTED)
    find('lobby-filter')!.querySelectorAll<HTMLElement>('[role="radio"]')[2]!.click()
    flushSync()
    expect(codes()).toEqual(['l8sh1f'])
  })

  it('are all shown again when nothing fits', async () => {
    await show('lobby-nothing-fits')
    expect(codes()).toEqual([])
    find('nothing-fits')!.querySelector('button')!.click()
    flushSync()
    expect(codes()).toEqual(SORTED)
  })

  it('are shown as they were, and not joined, while the gateway is away', async () => {
    for (const fixture of ['lobby-offline', 'lobby-gone']) {
      await show(fixture)
      expect(codes()).toEqual(SORTED)
      expect(all('join-row').every((each) => each.getAttribute('aria-disabled') === 'true'), fixture).toBe(true)
      all('join-row')[0]!.click()
      expect(sent()).toEqual([])
      expect(find('public-groups')!.classList).toContain('stale')
      expect(document.body.textContent).toMatch(/9:02/)
      await close()
    }
  })

  it('can be begun where there is none: public, with the name to type', async () => {
    await show('lobby-empty')
    press('begin-public')
    await tick()
    flushSync()
    expect(document.activeElement).toBe(find('group-name'))
    type('group-name', 'Porch')
    press('create-confirm')
    expect(sent()).toEqual([{ command: 'create_group', name: 'Porch', public: true }])
  })

  it('has the countdown that was chosen, where there is one to choose', async () => {
    await show('lobby')
    type('group-name', 'Porch')
    const pick = find('countdown') as HTMLSelectElement
    pick.value = '10000'
    pick.dispatchEvent(new Event('change', { bubbles: true }))
    press('create-confirm')
    expect(sent()).toEqual([{ command: 'create_group', name: 'Porch', public: false, countdownMs: 10_000 }])
  })
})

describe('joining by code', () => {
  it('takes what a friend sent', async () => {
    await show('lobby')
    type('join-code', 'tonight: hearth://join/q7xk2m !')
    press('join-confirm')
    expect(sent()).toEqual([{ command: 'join_group', code: 'q7xk2m' }])
  })

  it('says under the field what is wrong, once', async () => {
    await show('lobby-bad-code')
    await vi.waitFor(() => expect(hearth.notices).toHaveLength(1))
    flushSync()
    const field = find('join-code')!
    expect(field.getAttribute('aria-invalid')).toBe('true')
    expect(document.getElementById(field.getAttribute('aria-describedby')!)!.textContent).toMatch(/No group has this code/)
    expect(find('toast')).toBeNull()
    type('join-code', 'q7xk2')
    expect(sent()).toEqual([{ command: 'dismiss_notice', id: 9 }])
  })

  it('says it elsewhere when the code came from a row', async () => {
    await show('lobby-bad-code')
    await vi.waitFor(() => expect(hearth.notices).toHaveLength(1))
    hearth.draft.join = ''
    flushSync()
    expect(find('toast')!.textContent).toMatch(/No group has this code/)
  })

  it('offers to use the address of a gateway, also while this one is away', async () => {
    await show('lobby-offline')
    type('join-code', '192.168.1.31:9420')
    expect(find('join-confirm')!.textContent!.trim()).toBe('Use it')
    press('join-confirm')
    expect(sent()).toEqual([{ command: 'use_gateway', url: 'ws://192.168.1.31:9420' }])
  })

  it('treats markup as what it is: no code', async () => {
    await show('lobby')
    type('join-code', '<img src=x onerror=alert(1)>')
    press('join-confirm')
    expect(sent()).toEqual([])
    expect(find('join-code')!.getAttribute('aria-invalid')).toBe('true')
  })
})

describe('the way in', () => {
  it('leads to the session once the group is there', async () => {
    await show('lobby')
    button('g0ldn5').click()
    hearth.take({ event: 'stage', stage: stage({ stage: 'joining' }) })
    flushSync()
    expect(find('screen-lobby')).not.toBeNull()
    hearth.take({ event: 'group', group: group() })
    hearth.take({ event: 'stage', stage: stage() })
    flushSync()
    expect(find('screen-session')).not.toBeNull()
  })

  it('waits on the session screen when it takes long, and comes back when it leads nowhere', async () => {
    await show('lobby')
    vi.useFakeTimers()
    hearth.take({ event: 'stage', stage: stage({ stage: 'joining' }) })
    vi.advanceTimersByTime(500)
    flushSync()
    expect(find('screen-session')).not.toBeNull()
    hearth.take({ event: 'stage', stage: stage({ stage: 'alone' }) })
    flushSync()
    expect(find('screen-lobby')).not.toBeNull()
  })

  it('leads out of the present group only when the person agrees, one step after the other', async () => {
    await show('lobby-in-group')
    button('g0ldn5').click()
    flushSync()
    expect(sent()).toEqual([])
    expect(document.querySelector('[role="dialog"]')!.textContent).toMatch(/Leave Sunday slow burn/)
    press('confirm-cancel')
    expect(sent()).toEqual([])
    button('g0ldn5').click()
    flushSync()
    press('confirm')
    expect(sent()).toEqual([{ command: 'leave_group' }])
    hearth.take({ event: 'group', group: null })
    expect(sent().slice(1)).toEqual([{ command: 'join_group', code: 'g0ldn5' }])
    hearth.take({ event: 'group', group: null })
    expect(sent()).toHaveLength(2)
  })

  it('to the group that one is in is just the way back', async () => {
    await show('lobby-in-group')
    button('q7xk2m').click()
    flushSync()
    expect(sent()).toEqual([])
    expect(find('screen-session')).not.toBeNull()
  })
})

describe('groups of late', () => {
  it('are joined again on their gateway, and forgotten', async () => {
    await show('lobby')
    all('rejoin')[1]!.click()
    all('forget-recent')[0]!.click()
    expect(sent()).toEqual([
      { command: 'rejoin', gateway: 'ws://192.168.1.31:9420', code: 'b3m9ta' },
      { command: 'forget_recent', gateway: 'wss://commons.example', code: 'q7xk2m' },
    ])
  })

  it('on another gateway can be joined while this one is away', async () => {
    await show('lobby-offline')
    expect(all('rejoin').map((each) => (each as HTMLButtonElement).disabled)).toEqual([true, false])
  })
})

describe('this network', () => {
  it('is looked at while the lobby is shown, and not longer', async () => {
    await show('lobby')
    expect(looks()).toContainEqual({ command: 'look_around', on: true })
    hearth.go('session')
    flushSync()
    expect(looks().filter((each) => each.command === 'look_around').at(-1)).toEqual({ command: 'look_around', on: false })
  })

  it('has gateways of others, which are used', async () => {
    await show('lobby-down')
    press('join-lan')
    expect(sent()).toEqual([{ command: 'use_gateway', url: 'ws://192.168.1.31:9420' }])
  })

  it('is hosted in by a switch that waits while it opens', async () => {
    await show('lobby')
    press('host-here')
    expect(sent()).toEqual([{ command: 'host_here', on: true }])
    hearth.take({ event: 'lobby', lobby: lobby({ host: { ...HOST, state: 'starting' } }) })
    flushSync()
    expect(find('host-here')!.getAttribute('aria-busy')).toBe('true')
    press('host-here')
    expect(sent()).toHaveLength(1)
  })

  it('shows what to give to friends while it is hosted in', async () => {
    await show('lobby-hosting')
    expect(find('host-address')!.textContent).toBe('192.168.1.24:9420')
    expect(find('host-guests')!.textContent).toBe('2 people')
    const qr = find('host-qr')!
    expect(qr.getAttribute('viewBox')).toBe('0 0 33 33')
    expect(qr.querySelector('path')!.getAttribute('d')).toMatch(/^M4 4h1v1h-1z/)
  })

  it('asks before guests are sent home, and not without guests', async () => {
    await show('lobby-hosting')
    press('host-here')
    expect(sent()).toEqual([])
    press('confirm')
    expect(sent()).toEqual([{ command: 'host_here', on: false }])
  })

  it('lets scripts and lights come or not, and gives their address', async () => {
    await show('lobby-hosting')
    expect(find('host-scripts-address')!.textContent).toBe('ws://192.168.1.24:9420/ws')
    press('host-scripts-on')
    expect(sent()).toEqual([{ command: 'host_scripts', on: false }])
    await show('lobby-hosting-closed')
    expect([find('host-scripts-address'), find('host-secret-on')]).toEqual([null, null])
  })

  it('has programs need a secret, which is shown to who asks for 20 seconds', async () => {
    await show('lobby-hosting')
    press('host-secret-on')
    expect(sent()).toEqual([{ command: 'new_host_secret' }])
    await show('lobby-hosting-hidden')
    expect([find('host-secret')!.textContent, find('copy-host-secret')]).toEqual(['••••-••••-••••-••••', null])
    vi.useFakeTimers()
    press('reveal-host-secret')
    hearth.take({ event: 'host_secret', secret: 'k7qm-x2fa-9rtd-p4wn' })
    flushSync()
    expect(find('host-secret')!.textContent).toBe('k7qm-x2fa-9rtd-p4wn')
    vi.advanceTimersByTime(20_000)
    flushSync()
    expect(find('host-secret')!.textContent).not.toMatch(/k7qm/)
    vi.useRealTimers()
    press('host-secret-on')
    expect(sent()).toEqual([{ command: 'reveal_host_secret' }, { command: 'forget_host_secret' }])
  })

  it('says that nobody is let in where the keychain does not give the secret', async () => {
    await show('lobby-hosting-lost')
    expect(find('host-secret-lost')!.textContent).toMatch(/no program is let in/)
    press('host-secret-new')
    expect(sent()).toEqual([{ command: 'new_host_secret' }])
  })

  it('says why hosting failed, and can be tried again', async () => {
    await show('lobby-host-failed')
    expect(find('host-problem')!.textContent).toMatch(/in no network.*host again/s)
    press('host-here')
    expect(sent()).toEqual([{ command: 'host_here', on: true }])
  })

  it('asks before hosting leads out of a group, which it does by itself', async () => {
    await show('lobby-in-group')
    press('host-here')
    press('confirm')
    expect(sent()).toEqual([{ command: 'host_here', on: true }])
  })
})

it('suggests names for a group, each time another one', async () => {
  await show('lobby')
  const field = find('group-name') as HTMLInputElement
  let last = ''
  for (let i = 0; i < 8; i++) {
    press('suggest-name')
    expect(SUGGESTIONS as readonly string[]).toContain(field.value)
    expect(field.value).not.toBe(last)
    last = field.value
  }
})

it('is reached from the session, and has the session wait for me with a dot', async () => {
  media.width = 400
  await show('awaiting', 'lobby')
  expect(find('nav-session')!.textContent).toMatch(/The group waits for you/)
  await close()
  await show('alone')
  press('browse-lobby')
  expect(find('screen-lobby')).not.toBeNull()
})
