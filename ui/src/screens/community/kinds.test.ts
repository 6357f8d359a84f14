// Chat servers that can do less than Together: what cannot be done there is not there to press.

import { all, click, find, looks, press, sent, show, tidy, type } from '../../testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, describe, expect, it } from 'vitest'
import type { ChatView, CommunityGateway } from '../../lib/contract'
import { emagine, i386chat } from '../../lib/demo/chats'
import { OFFERS } from '../../lib/demo/community'
import { chatChannel, chatServer } from '../../lib/demo/rooms'
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
const submit = (test: string) => {
  find(test)!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  flushSync()
}
const within = (element: Element, test: string) => element.querySelector<HTMLElement>(`[data-test="${test}"]`)
const pick = (test: string, value: string) => all(test).find((each) => Object.values(each.dataset).includes(value))!
const heard = (command: string) => [...sent(), ...looks()].some((each) => each.command === command)

describe('adding one', () => {
  it('offers what the companion offers, in its order', async () => {
    await show('community-none')
    press('add-community')
    expect(all('kind-together').length + all('kind-emagine').length + all('kind-i386chat').length + all('kind-concierge').length).toBe(4)
    press('kind-emagine')
    type('community-url', 'https://e.example')
    type('account-name', 'rowan')
    type('account-password', 'pw')
    submit('account-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'emagine', url: 'https://e.example', name: 'rowan', secret: 'pw' }])
  })

  it('takes a name alone where the server gives a token, and says what losing that means', async () => {
    await show('i386chat-add-account')
    await settle()
    press('kind-i386chat')
    const words = () => find('token-form')!.textContent
    expect(words()).toMatch(/There is no password/)
    expect(words()).toMatch(/the name is lost\. Nobody can use it there again, not even you/)
    type('community-url', 'https://i.example')
    submit('token-form')
    expect(sent()).toEqual([])
    expect(document.activeElement).toBe(find('account-name'))
    type('account-name', ' rowan ')
    press('keep-token')
    expect(words()).not.toMatch(/the name is lost/)
    submit('token-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'i386chat', url: 'https://i.example', name: 'rowan', keep: true }])
  })

  it('takes a token that there is', async () => {
    await show('community-none')
    press('add-community')
    press('kind-i386chat')
    press('token-has')
    type('community-url', 'https://i.example')
    type('account-name', 'rowan')
    submit('token-form')
    expect(sent()).toEqual([])
    expect(document.activeElement).toBe(find('account-token'))
    expect((find('account-token') as HTMLInputElement).type).toBe('password')
    type('account-token', ' eyJ.x ')
    submit('token-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'i386chat', url: 'https://i.example', name: 'rowan', secret: 'eyJ.x' }])
  })

  it('counts a name of another kind at the same address as another one', async () => {
    await show('emagine-page')
    hearth.communityPane = null
    press('add-community')
    type('community-url', 'https://emagine.example')
    type('account-name', 'rowan')
    expect(find('account-form')!.textContent).not.toMatch(/added this one already/)
    press('kind-emagine')
    type('account-name', 'rowan')
    expect(find('account-form')!.textContent).toMatch(/added this one already/)
  })
})

describe('a token', () => {
  it('that is not kept is said to be, and kept with one press', async () => {
    await show('i386chat-not-kept')
    expect(find('token-kept')!.textContent).toMatch(/when Hearth quits, the name rowan is lost/)
    press('keep-token')
    expect(sent()).toEqual([{ command: 'edit_community', id: 'i386', keep: true }])
    await tell(i386chat())
    expect(find('token-kept')!.textContent).toMatch(/Hearth comes back as rowan/)
  })

  it('that was lost takes its name with it: another one is made, or the token typed', async () => {
    await show('i386chat-lost')
    expect(find('community-banner')!.textContent).toMatch(/The token was not kept.*Only it proves/s)
    press('community-mend')
    submit('token-form')
    expect(sent()).toEqual([])
    expect(find('token-form')!.textContent).toMatch(/Take another name than rowan/)
    type('account-name', 'rowan_2')
    submit('token-form')
    expect(sent()).toEqual([{ command: 'edit_community', id: 'i386', name: 'rowan_2' }])
    press('community-mend')
    press('token-has')
    type('account-token', 'eyJ.x')
    submit('token-form')
    expect(sent().at(-1)).toEqual({ command: 'edit_community', id: 'i386', secret: 'eyJ.x' })
  })

  it.each([
    ['i386chat-wrong-token', /It does not take this token/],
    ['i386chat-taken', /This name is taken/],
  ])('or its name that is refused says why: %s', async (fixture, words) => {
    await show(fixture)
    expect(find('community-banner')!.textContent).toMatch(words)
    press('community-mend')
    expect(find('token-form')).not.toBeNull()
  })

  it('goes with the gateway, which is said before', async () => {
    await show('i386chat-page')
    press('community-menu')
    press('community-remove')
    expect(document.querySelector('[role="dialog"]')!.textContent).toMatch(/forgets the token\. Without it nobody can be rowan there again/)
  })
})

describe('E-Magine', () => {
  it('has channels without servers around them, and nobody’s status', async () => {
    await show('emagine-room')
    expect(find('server-section')?.closest('[data-id="emg"]') ?? null).toBeNull()
    expect(pick('open-channel', '314159265358').textContent).toMatch(/Sunday stream.*3 not read/s)
    expect(find('my-status')).toBeNull()
    expect(find('room-people')!.textContent).toMatch(/Members 4/)
    expect(find('room-people')!.querySelector('.pres')).toBeNull()
    expect(find('room-page')!.querySelector('h2')!.textContent).not.toMatch(/#/)
  })

  it('takes no edits, replies or deletions, and is told of no typing', async () => {
    await show('emagine-room')
    const line = pick('room-line', 'e3')
    line.focus()
    await settle()
    click(within(line, 'line-menu')!)
    await settle()
    expect(find('line-copy')).not.toBeNull()
    expect([find('line-reply'), find('line-edit-item'), find('line-delete')]).toEqual([null, null, null])
    type('room-text', 'h')
    expect(heard('typing')).toBe(false)
  })

  it('adds a channel by its number', async () => {
    await show('emagine-page')
    press('join-server')
    type('server-text', 'Glass care')
    submit('server-form')
    expect(sent()).toEqual([])
    expect(find('server-form')!.textContent).toMatch(/digits only/)
    type('server-text', ' 42 ')
    submit('server-form')
    expect(sent()).toEqual([{ command: 'join_server', id: 'emg', code: '42' }])
    await tell(emagine({}, { servers: [chatServer({ id: '42', name: 'New', channels: [chatChannel('42')] })] }))
    expect(hearth.communityPane).toEqual({ gateway: 'emg', channel: '42' })
  })

  it('makes questions and streams', async () => {
    await show('emagine-page')
    press('new-server')
    expect(find('server-open')).toBeNull()
    type('server-text', 'Why?')
    submit('server-form')
    expect(sent()).toEqual([{ command: 'create_server', id: 'emg', name: 'Why?' }])
    press('new-server')
    press('place-stream')
    type('server-text', 'Live')
    type('server-stream', 'javascript:alert(1)')
    submit('server-form')
    expect(sent()).toHaveLength(1)
    expect(document.activeElement).toBe(find('server-stream'))
    type('server-stream', 'https://s.example/live')
    submit('server-form')
    expect(sent().at(-1)).toEqual({ command: 'create_server', id: 'emg', name: 'Live', stream: 'https://s.example/live' })
  })

  it('lets go of a channel, one’s own too', async () => {
    await show('emagine-page')
    click(within(pick('chat-server', '314159265358'), 'server-menu')!)
    expect(find('new-channel')).toBeNull()
    press('leave-server')
    press('confirm')
    expect(sent()).toEqual([{ command: 'leave_server', id: 'emg', server: '314159265358' }])
  })
})

describe('i386chat', () => {
  it('shows where one is, and talks only there', async () => {
    await show('i386chat-elsewhere')
    expect(pick('open-channel', '1').textContent).toMatch(/You are here/)
    expect(find('room-elsewhere')!.textContent).toMatch(/You are in lounge/)
    expect(find('people-elsewhere')).not.toBeNull()
    type('room-text', 'hello')
    submitBox()
    expect(heard('say_in_room')).toBe(false)
    expect(heard('typing')).toBe(false)
    press('room-enter')
    expect(sent()).toEqual([{ command: 'join_server', id: 'i386', code: '2' }])
    await tell(i386chat({}, { here: '2' }))
    expect(find('room-elsewhere')).toBeNull()
    submitBox()
    expect(sent().at(-1)).toEqual({ command: 'say_in_room', text: 'hello' })
  })
  const submitBox = () => {
    find('room-text')!.closest('form')!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
    flushSync()
  }

  it('goes into a room by its name, also into one that is known, and opens it', async () => {
    await show('i386chat-page')
    press('join-server')
    type('server-text', 'attic')
    submit('server-form')
    expect(sent()).toEqual([{ command: 'join_server', id: 'i386', code: 'attic' }])
    await tell(i386chat())
    expect(hearth.communityPane).toEqual({ gateway: 'i386' })
    await tell(i386chat({}, { here: '2' }))
    expect(hearth.communityPane).toEqual({ gateway: 'i386', channel: '2' })
  })

  it('makes rooms that anybody finds, or only who has the number', async () => {
    await show('i386chat-page')
    press('new-server')
    type('server-text', 'cellar')
    press('server-open')
    expect(find('server-form')!.textContent).toMatch(/Only whoever has its number/)
    submit('server-form')
    expect(sent()).toEqual([{ command: 'create_server', id: 'i386', name: 'cellar', hidden: true }])
  })

  it('counts bytes, which run out before characters do', async () => {
    await show('i386chat-room')
    type('room-text', '🔥'.repeat(800))
    expect(find('room-left')).toBeNull()
    type('room-text', '🔥'.repeat(975))
    expect(find('room-left')!.textContent).toBe('0 bytes left')
    type('room-text', `${'"'.repeat(1950)}a`)
    expect(find('room-left')!.textContent).toBe('1 byte too many')
    expect((find('room-send') as HTMLButtonElement).disabled).toBe(true)
  })

  it('says that nothing of before is told', async () => {
    await show('i386chat-room')
    expect(find('room-log')!.textContent).toMatch(/What was said before you came is not told here/)
    await show('i386chat-room-empty')
    expect(find('room-empty')!.textContent).toMatch(/Nothing was said since you came.*keeps no copy/s)
  })

  it('shows what the server says to everybody until it is put away', async () => {
    const notice = (text: string): Partial<ChatView> => ({ notice: text })
    await show('i386chat-notice')
    expect(find('server-notice')!.textContent).toMatch(/Down for dusting/)
    press('notice-read')
    expect(find('server-notice')).toBeNull()
    await tell(i386chat({}, notice('Back again.')))
    expect(find('server-notice')!.textContent).toMatch(/Back again/)
  })
})
