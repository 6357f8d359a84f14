// Chat rooms in a document without pixels: what there is to read and to press, and what it sends.

import { all, click, find, key, looks, media, press, sent, show, tidy, type } from '../../testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChatChannel, ChatView, CommunityGateway, RoomView } from '../../lib/contract'
import { OFFERS } from '../../lib/demo/community'
import { chatChannel, chatServer, LINES, manyLines, room, roomLine, together } from '../../lib/demo/rooms'
import { hearth } from '../../lib/state.svelte'
import { forgetDrafts } from './drafts'

afterEach(async () => {
  await tidy()
  forgetDrafts()
})

const settle = async () => {
  await tick()
  flushSync()
}
const tell = async (...gateways: CommunityGateway[]) => {
  hearth.take({ event: 'community', community: { gateways, kinds: OFFERS } })
  await settle()
}
const hear = async (change: Partial<RoomView>) => {
  hearth.take({ event: 'room', room: room(change) })
  await settle()
}
const within = (element: Element, test: string) => element.querySelector<HTMLElement>(`[data-test="${test}"]`)
const pick = (test: string, value: string) => all(test).find((each) => Object.values(each.dataset).includes(value))!
const line = (id: string) => pick('room-line', id)
const ids = () => all('room-line').map((each) => each.dataset.id)
const text = () => find('room-text') as HTMLTextAreaElement
const submit = (test: string) => {
  find(test)!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  flushSync()
}
const dialog = () => document.querySelector('[role="dialog"]')
/** A fixture that presses its way to something. */
async function until(fixture: string, test: string) {
  await show(fixture)
  await vi.waitFor(() => expect(find(test)).not.toBeNull())
  flushSync()
}
async function menuOf(id: string, item: string) {
  line(id).focus()
  await settle()
  click(within(line(id), 'line-menu')!)
  await settle()
  press(item)
  await settle()
}

describe('an account', () => {
  beforeEach(async () => {
    await show('community-none')
    press('add-community')
  })

  it('that there is signs in; its password is kept only when that was asked for', () => {
    type('community-url', 'basement.example')
    type('account-name', ' rowan ')
    type('account-password', 'p w')
    expect(find('keep-password')!.getAttribute('aria-checked')).toBe('false')
    expect((find('account-password') as HTMLInputElement).type).toBe('password')
    submit('account-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'together', url: 'wss://basement.example', name: 'rowan', secret: 'p w' }])
    expect(dialog()).toBeNull()
    press('add-community')
    type('community-url', 'https://b.example')
    type('account-name', 'rowan')
    type('account-password', 'pw')
    press('keep-password')
    submit('account-form')
    expect(sent().at(-1)).toEqual({ command: 'add_community', kind: 'together', url: 'https://b.example', name: 'rowan', secret: 'pw', keep: true })
  })

  it('that is new follows the rules, which are told while it is typed', () => {
    press('account-up')
    expect(sent()).toEqual([])
    const words = () => find('account-form')!.textContent
    expect(words()).toMatch(/3 to 32 characters.*At least 8 characters/s)
    type('community-url', 'basement.example')
    type('account-name', 'ro')
    type('account-password', 'secre')
    expect(words()).toMatch(/3 more characters/)
    submit('account-form')
    expect(sent()).toEqual([])
    expect(document.activeElement).toBe(find('account-name'))
    type('account-name', 'rowan')
    submit('account-form')
    expect(document.activeElement).toBe(find('account-password'))
    type('account-password', 'secret!!')
    expect(words()).toMatch(/Others see it\..*Long enough/s)
    submit('account-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'together', url: 'wss://basement.example', name: 'rowan', secret: 'secret!!', register: true }])
  })

  it('is not made of nothing, and the address survives another kind', () => {
    type('community-url', 'basement.example')
    press('kind-concierge')
    expect((find('community-url') as HTMLInputElement).value).toBe('basement.example')
    press('kind-together')
    submit('account-form')
    expect(sent()).toEqual([])
    expect(find('account-form')!.textContent).toMatch(/Type your name there/)
  })

  it('warns of an address on which the password can be read', () => {
    type('community-url', 'http://basement.example')
    expect(find('account-form')!.textContent).toMatch(/people on the way can read your password/)
  })
})

describe('a server that refuses', () => {
  it.each([
    ['rooms-wrong-password', /Name and password do not fit/],
    ['rooms-sign-in-again', /You are signed out/],
    ['rooms-name-taken', /This name is taken/],
    ['rooms-registration-closed', /It takes nobody new/],
  ])('says why, and leads to the way out: %s', async (fixture, words) => {
    await show(fixture)
    expect(find('community-banner')!.textContent).toMatch(words)
    press('community-mend')
    expect(find('account-form')).not.toBeNull()
  })

  it('takes the password again, which is what the focus waits on', async () => {
    await until('rooms-sign-in', 'account-form')
    expect(document.activeElement).toBe(find('account-password'))
    submit('account-form')
    expect(sent()).toEqual([])
    type('account-password', 'again')
    submit('account-form')
    expect(sent()).toEqual([{ command: 'edit_community', id: 'tog', secret: 'again' }])
  })

  it('has no way out that would not help', async () => {
    await show('rooms-suspended')
    expect(find('community-mend')).toBeNull()
    press('community-retry')
    expect(sent()).toEqual([{ command: 'connect_community', id: 'tog', on: true }])
  })
})

describe('the list', () => {
  it('shows what is not read, who types and who is in voice, also in words', async () => {
    await show('room')
    const channel = (id: string) => pick('open-channel', id)
    expect(within(channel('hardware'), 'channel-unread')!.textContent).toBe('2')
    expect(channel('hardware').textContent).toMatch(/2 not read/)
    expect(within(channel('strains'), 'channel-typing')).not.toBeNull()
    expect(channel('couch').textContent).toMatch(/Noor, Pax, Kit in voice/)
    expect(channel('general').getAttribute('aria-current')).toBe('page')
    expect(find('nav-unread')!.textContent).toBe('16')
  })

  it('opens one room at a time, and none when one leaves', async () => {
    await show('room')
    const rooms = () => looks().filter((each) => each.command === 'open_room')
    expect(rooms()).toEqual([{ command: 'open_room', id: 'tog', channel: 'general' }])
    click(pick('open-channel', 'hardware'))
    await settle()
    expect(rooms().at(-1)).toEqual({ command: 'open_room', id: 'tog', channel: 'hardware' })
    expect(rooms()).toHaveLength(2)
    expect(find('room-loading')).not.toBeNull()
    hearth.go('lobby')
    await settle()
    expect(rooms().at(-1)).toEqual({ command: 'open_room' })
  })

  it('brings what a server has when it is unfolded', async () => {
    await show('room')
    const retro = pick('server-section', 'retro')
    expect(within(retro, 'fold-server')!.getAttribute('aria-expanded')).toBe('false')
    click(within(retro, 'fold-server')!)
    expect(sent()).toEqual([{ command: 'open_server', id: 'tog', server: 'retro' }])
    click(within(retro, 'fold-server')!)
    click(within(retro, 'fold-server')!)
    expect(within(retro, 'fold-server')!.getAttribute('aria-expanded')).toBe('true')
  })

  it('counts nothing of a gateway that is switched off', async () => {
    await show('room')
    await tell(together({ state: { state: 'off' } }))
    expect(find('nav-unread')).toBeNull()
  })
})

describe('lines', () => {
  it('stand under their author and their day', async () => {
    await show('room')
    expect(all('room-line').map((each) => each.classList.contains('cont'))).toEqual([false, false, false, false, false, false, false, true, false, false])
    expect([...document.querySelectorAll('.daysep')].map((each) => each.textContent)).toEqual(['Yesterday', 'Today'])
    expect(line('m7').textContent).toMatch(/^R?\s*You/)
    expect(within(line('m3'), 'edited')).not.toBeNull()
    expect(within(line('m2'), 'answered')!.textContent).toMatch(/Theo.*who moved the dab mat/s)
  })

  it('that are new begin with a mark', async () => {
    await show('room-new')
    expect(find('new-lines')!.nextElementSibling).toBe(line('m4'))
  })

  it('are text and nothing else', async () => {
    await show('room-strange')
    expect(line('s5').textContent).toContain('and <b>no</b> markup')
    expect(document.querySelector('.clog a, .cmx b')).toBeNull()
    expect(line('s2').querySelector('.cmx')!.getAttribute('dir')).toBe('auto')
    expect(within(line('s6'), 'answered')!.textContent).toMatch(/not here/)
  })

  it('are gone through with arrows; one of them is in the order of Tab', async () => {
    await show('room')
    expect(all('room-line').filter((each) => each.tabIndex === 0)).toEqual([line('m8')])
    line('m8').focus()
    key({ key: 'ArrowUp' }, line('m8'))
    expect(document.activeElement).toBe(line('m7'))
    await settle()
    key({ key: 'Enter' }, line('m7'))
    await settle()
    expect(find('line-delete')).not.toBeNull()
    key({ key: 'Escape' }, find('line-delete')!)
    const button = within(line('m7'), 'line-menu')!
    expect(document.activeElement).toBe(button)
    key({ key: 'ArrowUp' }, button)
    expect(document.activeElement).toBe(line('m6'))
    key({ key: 'Escape' }, line('m6'))
    expect(document.activeElement).toBe(text())
  })

  it('of others can be replied to and copied; one’s own be edited and deleted', async () => {
    await show('room')
    line('m8').focus()
    await settle()
    click(within(line('m8'), 'line-menu')!)
    await settle()
    expect([find('line-reply'), find('line-copy')].every((each) => each !== null)).toBe(true)
    expect([find('line-edit-item'), find('line-delete')]).toEqual([null, null])
  })

  it('are edited in their place: Enter saves, Escape does not', async () => {
    await show('room')
    await menuOf('m7', 'line-edit-item')
    expect(document.activeElement).toBe(find('edit-text'))
    type('edit-text', 'other words')
    key({ key: 'Escape' }, find('edit-text')!)
    await settle()
    expect(find('line-edit')).toBeNull()
    expect(document.activeElement).toBe(line('m7'))
    await menuOf('m7', 'line-edit-item')
    type('edit-text', 'other words')
    key({ key: 'Enter' }, find('edit-text')!)
    await menuOf('m7', 'line-edit-item')
    key({ key: 'Enter' }, find('edit-text')!)
    expect(sent()).toEqual([{ command: 'edit_line', line: 'm7', text: 'other words' }])
  })

  it('are deleted after a question, which goes with the line', async () => {
    await show('room')
    await menuOf('m7', 'line-delete')
    expect(document.activeElement).toBe(find('confirm-cancel'))
    await hear({ lines: LINES.filter((each) => each.id !== 'm7') })
    expect(dialog()).toBeNull()
    await hear({})
    await menuOf('m7', 'line-delete')
    press('confirm')
    expect(sent()).toEqual([{ command: 'delete_line', line: 'm7' }])
  })

  it('of others are deleted by the owner', async () => {
    await show('room')
    await hear({ lines: LINES.map((each) => ({ ...each, mayDelete: true })) })
    await menuOf('m8', 'line-delete')
    expect(dialog()!.textContent).toMatch(/Delete the message of Noor\?/)
  })

  it('that were not sent say why, and are tried again or dropped', async () => {
    await show('room-states')
    expect(find('line-failed')!.textContent).toMatch(/Not sent\..*No answer came/s)
    press('retry-line')
    press('drop-line')
    expect(sent()).toEqual([
      { command: 'retry_line', line: 'f1' },
      { command: 'drop_line', line: 'f1' },
    ])
    expect(line('f2').textContent).toMatch(/Sending/)
  })

  it('that are older come by a button, once', async () => {
    await show('room')
    press('older-lines')
    expect(sent()).toEqual([{ command: 'older_lines' }])
    await hear({ loading: true })
    expect(find('older-lines')).toBeNull()
    await hear({ lines: [roomLine('x', 'Lee', 1600, 'older'), ...LINES], more: false })
    expect(find('room-log')!.textContent).toMatch(/This is the start of #general/)
    expect(ids()[0]).toBe('x')
  })

  it('that are older come when one scrolls up, once for each beginning', async () => {
    await show('room-long')
    const log = find('room-log')!
    Object.defineProperties(log, { scrollHeight: { value: 9000 }, clientHeight: { value: 500 } })
    const scrollTo = (top: number) => {
      log.scrollTop = top
      log.dispatchEvent(new Event('scroll'))
      flushSync()
    }
    scrollTo(8500)
    scrollTo(4000)
    expect(sent()).toEqual([])
    expect(find('newest')).not.toBeNull()
    scrollTo(100)
    scrollTo(50)
    expect(sent()).toEqual([{ command: 'older_lines' }])
    await hear({ lines: [...manyLines(20, -20), ...manyLines(300)] })
    scrollTo(100)
    expect(sent()).toHaveLength(2)
  })

  it('that could not be read are asked for again', async () => {
    await show('room-failed')
    press('lines-again')
    expect(looks().filter((each) => each.command === 'open_room')).toHaveLength(2)
    await show('room-older-failed')
    press('lines-again')
    expect(sent()).toEqual([{ command: 'older_lines' }])
  })

  it('that come are said; older ones, one’s own and edited ones are not', async () => {
    await show('room')
    const said = () => find('room-said')!.textContent
    expect(said()).toBe('')
    expect(find('room-log')!.getAttribute('aria-live')).toBe('off')
    await hear({ lines: [roomLine('x', 'Lee', 1600, 'older'), ...LINES.map((each) => ({ ...each, text: `${each.text}!` })), roomLine('me', 'rowan', 0, 'mine')] })
    expect(said()).toBe('')
    await hear({ lines: [...LINES, roomLine('n', 'Pax', -1, 'new words')] })
    expect(said()).toBe('Pax says: new words')
  })

  it('are none, on their way, or unknown: each has words', async () => {
    await show('room-empty')
    expect(find('room-empty')!.textContent).toMatch(/start of #general/)
    await show('room-opening')
    expect(find('room-loading')!.textContent).toMatch(/Reading/)
    await show('room-offline-unknown')
    expect(find('room-unknown')).not.toBeNull()
    await show('room-offline-gone')
    expect(find('room-unknown')).not.toBeNull()
    expect(find('room-gone')).toBeNull()
    await show('room-gone')
    expect(find('room-gone')).not.toBeNull()
  })
})

describe('the box', () => {
  it('says with Enter, and begins a line with Shift and Enter', async () => {
    await show('room')
    type('room-text', '  hello\nyou ')
    key({ key: 'Enter', shiftKey: true }, text())
    key({ key: 'Enter', isComposing: true }, text())
    expect(sent().filter((each) => each.command === 'say_in_room')).toEqual([])
    key({ key: 'Enter' }, text())
    expect(sent().at(-1)).toEqual({ command: 'say_in_room', text: 'hello\nyou' })
    expect(text().value).toBe('')
  })

  it('tells that somebody types, but not that they emptied it', async () => {
    await show('room')
    type('room-text', 'h')
    type('room-text', '')
    expect(sent()).toEqual([{ command: 'typing' }])
  })

  it('does nothing with nothing, nor with Up', async () => {
    await show('room')
    type('room-text', '  ')
    key({ key: 'Enter' }, text())
    key({ key: 'ArrowUp' }, text())
    expect(sent()).toEqual([])
    expect(find('line-edit')).toBeNull()
  })

  it('counts characters near the end, and takes none beyond', async () => {
    await show('room')
    type('room-text', '🔥'.repeat(3600))
    expect(find('room-left')).toBeNull()
    type('room-text', '🔥'.repeat(4000))
    expect(find('room-left')!.textContent).toBe('0 characters left')
    type('room-text', '🔥'.repeat(4001))
    key({ key: 'Enter' }, text())
    expect(sent().some((each) => each.command === 'say_in_room')).toBe(false)
    expect((find('room-send') as HTMLButtonElement).disabled).toBe(true)
  })

  it('replies to a line until that is called off', async () => {
    await show('room')
    await menuOf('m3', 'line-reply')
    expect(document.activeElement).toBe(text())
    expect(find('replying')!.textContent).toMatch(/Reply to Noor/)
    key({ key: 'Escape' }, text())
    expect(find('replying')).toBeNull()
    await menuOf('m3', 'line-reply')
    type('room-text', 'me too')
    key({ key: 'Enter' }, text())
    expect(sent().at(-1)).toEqual({ command: 'say_in_room', text: 'me too', replyTo: 'm3' })
    expect(find('replying')).toBeNull()
  })

  it('keeps what is typed for each room, and while the gateway is away', async () => {
    await show('room')
    type('room-text', 'not yet')
    await tell(together({ state: { state: 'waiting', retryAt: Infinity } }))
    key({ key: 'Enter' }, text())
    expect(sent().some((each) => each.command === 'say_in_room')).toBe(false)
    expect(text().value).toBe('not yet')
    expect(find('room-page')!.textContent).toMatch(/What you type is kept here/)
    click(pick('open-channel', 'hardware'))
    await settle()
    expect(text().value).toBe('')
    click(pick('open-channel', 'general'))
    await settle()
    expect(text().value).toBe('not yet')
  })

  it('shows who is typing, in words', async () => {
    const typing = (names: string[]) => tell(together({}, { servers: [chatServer({ channels: [chatChannel('general', { typing: names })] as ChatChannel[] })] } satisfies Partial<ChatView>))
    await show('room')
    expect(find('typing')!.textContent).toBe('Pax is typing')
    await typing(['Pax', 'Noor'])
    expect(find('typing')!.textContent).toBe('Pax and Noor are typing')
    await typing(['Pax', 'Noor', 'Kit'])
    expect(find('typing')!.textContent).toBe('Several people are typing')
    await typing([])
    expect(find('typing')!.textContent).toBe('')
  })
})

describe('people', () => {
  it('stand by how they are seen, with what they say of themselves', async () => {
    await show('room')
    const people = find('room-people')!.textContent!
    expect(people).toMatch(/Online 6.*Kit.*In a sesh.*Offline 2.*Lee.*back on Monday/s)
    expect(pick('room-person', 'dnd').textContent).toMatch(/In a sesh.*Do not disturb/s)
    expect(find('voice-room')!.textContent).toMatch(/Couch.*Noor.*Pax.*Muted.*Kit.*Does not hear/s)
    expect(find('voice-room')!.querySelectorAll('button')).toHaveLength(1)
  })

  it('are not shown as there when nobody knows', async () => {
    await show('room-offline')
    expect(find('room-people')!.textContent).toMatch(/Members 8/)
    expect(find('voice-room')).toBeNull()
  })

  it('see me as I choose, and what I write', async () => {
    await show('rooms-server')
    press('my-status-menu')
    press('status-dnd')
    press('my-status-menu')
    press('status-write')
    type('status-text', ' slow burn ')
    submit('status-form')
    expect(sent()).toEqual([
      { command: 'set_community_status', id: 'tog', status: 'dnd' },
      { command: 'set_community_status', id: 'tog', status: 'online', text: 'slow burn' },
    ])
  })

  it('keep what I wrote when I am seen otherwise, until it is cleared', async () => {
    await until('rooms-status', 'status-clear')
    press('status-idle')
    press('my-status-menu')
    press('status-clear')
    expect(sent()).toEqual([
      { command: 'set_community_status', id: 'tog', status: 'idle', text: 'In a sesh since eight' },
      { command: 'set_community_status', id: 'tog', status: 'dnd' },
    ])
  })

  it('are told what I do only when I say so', async () => {
    await show('rooms-server')
    expect(find('share-activity')!.getAttribute('aria-checked')).toBe('false')
    press('share-activity')
    expect(hearth.view!.settings.shareActivity).toBe(true)
  })
})

describe('servers', () => {
  it('are joined by a code, and opened when they are there', async () => {
    await show('rooms-fresh')
    press('join-server')
    submit('server-form')
    expect(find('server-form')!.textContent).toMatch(/Type the code/)
    type('server-text', ' SUN-742 ')
    submit('server-form')
    expect(sent()).toEqual([{ command: 'join_server', id: 'tog', code: 'SUN-742' }])
    await tell(together({}, { servers: [] }))
    await tell(together({}, { servers: [chatServer()] }))
    expect(hearth.communityPane).toEqual({ gateway: 'tog', channel: 'general' })
  })

  it('are made with a name', async () => {
    await show('rooms-server')
    press('new-server')
    type('server-text', 'x'.repeat(101))
    submit('server-form')
    expect(sent()).toEqual([])
    type('server-text', 'The Attic')
    submit('server-form')
    expect(sent()).toEqual([{ command: 'create_server', id: 'tog', name: 'The Attic' }])
  })

  it('get channels from their owner', async () => {
    await until('rooms-new-channel', 'channel-form')
    type('channel-name', 'sesh')
    submit('channel-form')
    expect(find('channel-form')!.textContent).toMatch(/There is one of this name/)
    type('channel-name', '# couch')
    press('channel-voice')
    submit('channel-form')
    expect(sent()).toEqual([{ command: 'create_channel', id: 'tog', server: 'sunday', name: 'couch', voice: true }])
  })

  it('are left after a question, but not by their owner', async () => {
    await until('rooms-leave-server', 'confirm')
    press('confirm')
    expect(sent()).toEqual([{ command: 'leave_server', id: 'tog', server: 'basement' }])
    click(within(pick('chat-server', 'sunday'), 'server-menu')!)
    expect(find('leave-server')).toBeNull()
    expect(find('new-channel')).not.toBeNull()
  })
})

it('goes from list to room and back on a narrow window, with the people in a dialog', async () => {
  media.width = 400
  await show('rooms-list')
  click(pick('open-channel', 'general'))
  await settle()
  expect(find('room-page')).not.toBeNull()
  press('open-people')
  expect(dialog()!.textContent).toMatch(/Couch.*Online 6/s)
  key({ key: 'Escape' }, dialog()!)
  await settle()
  expect(dialog()).toBeNull()
  press('community-back')
  await settle()
  expect(document.activeElement).toBe(pick('open-channel', 'general'))
})
