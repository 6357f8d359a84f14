// Voice over the whole window: joining, the bar, what is held to talk, volumes, and who is told what.

import { all, click, find, key, press, resize, sent, show, tidy, type } from '../testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { VoiceView } from '../lib/contract'
import { FIXTURES } from '../lib/demo/fixture'
import { NO_VOICE } from '../lib/demo/session'
import { voice } from '../lib/demo/voice'
import { hearth } from '../lib/state.svelte'

vi.mock('uplot', () => import('../testing/uplot'))
afterEach(tidy)

const take = (now: VoiceView) => {
  hearth.take({ event: 'voice', voice: now })
  flushSync()
}
const up = (init: KeyboardEventInit, at: EventTarget = window) => {
  at.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, cancelable: true, ...init }))
  flushSync()
}
const talked = () => sent().flatMap((each) => (each.command === 'hold_to_talk' ? [each.held] : []))
const V = { key: 'v', code: 'KeyV' }

describe('joining', () => {
  it('takes one press where the gateway has a voice room, and nothing is there where it has none', async () => {
    await show('voice-offered')
    expect(find('voice-bar')).toBeNull()
    expect(find('join-voice')!.getAttribute('aria-label')).toBe('Join voice, 2 in it')
    press('join-voice')
    expect(sent()).toEqual([{ command: 'join_sesh_voice' }])
    await show('chilling')
    expect(find('join-voice')).toBeNull()
  })

  it('is not offered while one is in it, and the bar leads out', async () => {
    await show('voice-in')
    expect(find('join-voice')).toBeNull()
    press('voice-leave')
    expect(sent()).toEqual([{ command: 'leave_voice' }])
  })

  it('can be called off, and tried again where it failed', async () => {
    await show('voice-joining')
    expect(find('voice-leave')!.textContent).toContain('Cancel')
    expect(find('voice-mute')).toBeNull()
    await show('voice-failed')
    expect(find('voice-title')!.textContent).toBe('Voice ended: the gateway was lost')
    expect(find('voice-more')!.textContent).toContain('Your microphone is closed.')
    press('voice-again')
    press('voice-leave')
    expect(sent()).toEqual([{ command: 'join_sesh_voice' }, { command: 'leave_voice' }])
  })

  it('works in a channel of a chat server, until it is full', async () => {
    await show('voice-channel-beside')
    expect(all('join-voice')).toHaveLength(0)
    await show('voice-channel')
    press('join-voice')
    expect(sent()).toEqual([{ command: 'join_voice', id: 'tog', server: 'basement', channel: 'couch' }])
    await show('voice-channel-full')
    expect(find('join-voice')).toBeNull()
    expect(find('voice-full')!.textContent).toContain('eight people')
    await show('voice-channel-failed')
    press('voice-again')
    expect(sent()).toEqual([{ command: 'join_voice', id: 'tog', server: 'basement', channel: 'couch' }])
  })
})

describe('the bar', () => {
  it('is over every screen while the microphone is open, and after the strip that stops a heat', async () => {
    for (const screen of ['session', 'lobby', 'devices', 'history', 'community', 'settings'] as const) {
      await show('voice-in', screen)
      expect(find('voice-bar')!.dataset.microphone).toBe('open')
      expect(find('voice-title')!.textContent).toBe('Microphone on')
    }
    await show('voice-heating-elsewhere')
    expect(find('stop-heat')!.compareDocumentPosition(find('voice-bar')!)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
  })

  it('mutes and deafens, and back', async () => {
    await show('voice-in')
    press('voice-mute')
    press('voice-deafen')
    take(voice({ muted: true, microphone: { state: 'closed' } }))
    expect(find('voice-title')!.textContent).toBe('Muted')
    press('voice-mute')
    take(voice({ deafened: true, microphone: { state: 'closed' } }))
    expect(find('voice-mute')).toBeNull()
    press('voice-deafen')
    expect(sent()).toEqual([
      { command: 'set_voice_muted', on: true },
      { command: 'set_voice_deafened', on: true },
      { command: 'set_voice_muted', on: false },
      { command: 'set_voice_deafened', on: false },
    ])
  })

  it('leads to the settings when the microphone fails', async () => {
    await show('voice-busy')
    expect(find('voice-more')!.textContent).toBe('Another program has the microphone. Close it.')
    press('voice-settings')
    expect([hearth.screen, hearth.settingsPane]).toEqual(['settings', 'sound'])
    expect(find('voice-settings')).toBeNull()
  })

  it('keeps whoever leaves by keyboard in the page', async () => {
    await show('voice-in')
    find('voice-leave')!.focus()
    take({ ...NO_VOICE, offered: true })
    expect(document.activeElement).toBe(document.getElementById('main'))
  })
})

describe('push to talk', () => {
  it('is held with a key of the window', async () => {
    await show('voice-push')
    key(V)
    key({ ...V, repeat: true })
    up(V)
    expect(talked()).toEqual([true, false])
  })

  it('leaves letters alone that are typed, and takes Alt there', async () => {
    await show('voice-push')
    const field = document.querySelector<HTMLElement>('.side textarea, .side input')!
    key(V, field)
    expect(talked()).toEqual([])
    key({ ...V, altKey: true }, field)
    up(V, field)
    key({ ...V, ctrlKey: true })
    key({ ...V, key: 'V', shiftKey: true })
    expect(talked()).toEqual([true, false])
  })

  it('is let go when the window loses the focus, and when talking so ends', async () => {
    await show('voice-push')
    key(V)
    window.dispatchEvent(new Event('blur'))
    expect(talked()).toEqual([true, false])
    key(V)
    take(voice())
    expect(talked()).toEqual([true, false, true, false])
    up(V)
    key(V)
    expect(talked()).toHaveLength(4)
  })

  it('is held with the button by pointer and by key', async () => {
    await show('voice-push')
    const button = find('voice-talk')!
    button.dispatchEvent(new MouseEvent('pointerdown', { bubbles: true, button: 0 }))
    button.dispatchEvent(new MouseEvent('pointerup', { bubbles: true }))
    key({ key: ' ', code: 'Space' }, button)
    up({ key: ' ', code: 'Space' }, button)
    expect(talked()).toEqual([true, false, true, false])
    click(button)
    expect(talked().at(-1)).toBe(true)
  })

  it('is not there while one is always heard, or muted', async () => {
    await show('voice-in')
    key(V)
    expect(find('voice-talk')).toBeNull()
    take(voice({ muted: true, talk: { talk: 'push', held: false } }))
    key(V)
    expect(find('voice-talk')).toBeNull()
    expect(talked()).toEqual([])
  })
})

describe('members', () => {
  it('show who speaks by a ring and a sign, and say it', async () => {
    await show('voice-in')
    const [mika, theo] = ['mika', 'theo'].map((id) => document.querySelector<HTMLElement>(`[data-member-id="${id}"]`)!)
    expect(mika!.querySelector('.gwrap.speaks')).not.toBeNull()
    expect(mika!.querySelector<HTMLElement>('[data-test="voice-mark"]')!.dataset.sign).toBe('audio-lines')
    expect(mika!.querySelector('[data-test="voice-mark"]')!.textContent).toBe('Speaking')
    expect(theo!.querySelector('.speaks')).toBeNull()
    expect(theo!.querySelector('[data-test="member-voice"]')!.textContent).toBe('Muted')
  })

  it.each([1120, 400])('say in words how they are connected, %i px wide', async (width) => {
    await show('voice-links')
    resize(width)
    expect(all('member-voice').map((each) => each.textContent)).toEqual(expect.arrayContaining(['Connecting', '12 % is lost', 'By a relay', 'Cannot be reached']))
  })

  it('are made louder or quieter in their menu, also by who does not own the group', async () => {
    await show('voice-menu-guest')
    expect(find('volume')!.textContent).toBe('0%')
    expect(find('kick-member')).toBeNull()
    press('volume-down')
    press('volume-up')
    press('volume-silence')
    expect(sent()).toEqual([
      { command: 'set_voice_volume', person: 'id-mika', percent: 10 },
      { command: 'set_voice_volume', person: 'id-mika', percent: 100 },
    ])
  })

  it('are listed with those who came another way', async () => {
    await show('voice-people')
    expect(all('voice-peer').map((each) => each.dataset.link)).toEqual(['connecting', 'direct', 'relayed', 'unreachable', 'direct', 'direct'])
    type(all('voice-peer')[5]!.querySelector('input')!, '60')
    expect(sent()).toEqual([{ command: 'set_voice_volume', person: 'id-pax', percent: 60 }])
    take({ ...NO_VOICE, offered: true })
    expect(find('voice-list')).toBeNull()
  })
})

it('joining, leaving and failing are told, who speaks is not', async () => {
  await show('voice-offered')
  const said = () => find('voice-said')!.textContent
  expect(said()).toBe('')
  take(voice({ people: [] }))
  await tick()
  expect(said()).toBe('You are in voice: Sunday slow burn')
  take(voice({ people: [], speaking: true }))
  expect(said()).toBe('You are in voice: Sunday slow burn')
  take({ ...NO_VOICE, offered: true })
  expect(said()).toBe('You left voice')
})

describe('the settings of sound', () => {
  it('look for devices, and choose one by its name or as the computer has it', async () => {
    await show('settings-sound-chosen')
    expect(sent()).toEqual([{ command: 'look_for_sound' }])
    const speaker = find('speaker') as HTMLSelectElement
    expect(speaker.value).toBe('Kitchen')
    speaker.value = ''
    speaker.dispatchEvent(new Event('change', { bubbles: true }))
    flushSync()
    expect(hearth.view!.settings.voice).toMatchObject({ speaker: null, microphone: 'Yeti Nano' })
    press('push-to-talk')
    press('clean-noise')
    expect(hearth.view!.settings.voice).toMatchObject({ pushToTalk: false, cleanNoise: false, cleanEcho: true })
  })

  it('say that a relay is missing', async () => {
    await show('settings-sound')
    expect(find('relay-missing')).toBeNull()
    press('relay-only')
    expect(find('relay-missing')).not.toBeNull()
  })

  it('add a relay with its password, which is shown nowhere', async () => {
    await show('settings-sound-add')
    press('voice-server-save')
    expect(find('voice-server-form')!.querySelector('.help.bad')!.textContent).toContain('turn:relay.example.org')
    type('voice-server-url', 'turn:relay.example.org')
    press('voice-server-save')
    expect(find('voice-server-form')!.querySelectorAll('.help.bad')).toHaveLength(2)
    type('voice-server-name', 'rowan')
    type('voice-server-secret', 'pass word')
    expect((find('voice-server-secret') as HTMLInputElement).type).toBe('password')
    press('voice-server-save')
    expect(sent().at(-1)).toEqual({ command: 'add_voice_server', url: 'turn:relay.example.org', username: 'rowan', secret: 'pass word' })
    expect(find('voice-server-form')).toBeNull()
  })

  it('change who signs in to a relay, and keep its password', async () => {
    await show('settings-sound-change')
    type('voice-server-name', 'noor')
    press('voice-server-save')
    expect(sent().at(-1)).toEqual({ command: 'add_voice_server', url: 'turn:relay.example.org:3478', username: 'noor' })
  })

  it('remove a server after a question, and take four at most', async () => {
    await show('settings-sound-remove')
    press('confirm')
    expect(sent().at(-1)).toEqual({ command: 'remove_voice_server', url: 'turn:relay.example.org:3478' })
    await show('settings-sound-servers')
    expect(find('add-voice-server')).toBeNull()
  })
})

it('every state has a fixture that can be drawn', async () => {
  for (const name of Object.keys(FIXTURES).filter((each) => each.startsWith('voice-'))) {
    await show(name)
    expect(document.querySelectorAll('h1').length, name).toBeGreaterThan(0)
  }
})
