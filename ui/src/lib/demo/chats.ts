// Fixtures of chat servers that can do less than Together: E-Magine, whose channels are found by their numbers, and
// i386chat, where one is in one room at a time under a name that hangs on a token.

import type { ChatCan, ChatServer, ChatView, CommunityGateway, CommunityRefusal, RoomView, View } from '../contract'
import { community } from './community'
import type { Fixture } from './fixture'
import { NOW } from './people'
import { ALL, chatChannel, chatServer, person, room, roomLine, together } from './rooms'

const PLAIN: ChatCan = { ...ALL, edit: false, reply: false, status: false, voice: false, channels: false }
const EMAGINE: ChatCan = { ...PLAIN, delete: false, typing: false, streams: true, join: 'number' }
const I386CHAT: ChatCan = { ...PLAIN, past: false, many: false, hidden: true, join: 'number_or_name', line: { characters: 4000, bytes: 3900 } }

const ME = person('rowan', 'offline', null, { me: true })
const others = (...names: string[]) => [...names.map((name) => person(name, 'offline')), ME]
const place = (id: string, name: string, more: Partial<ChatServer> = {}): ChatServer =>
  chatServer({ id, name, mayLeave: true, unread: 0, memberCount: null, members: [], ...more, channels: more.channels ?? [chatChannel(id, { name, unread: more.unread ?? 0 })] })

const QUESTIONS = [
  place('271828182845', 'How hot is too hot for live rosin?', { memberCount: 4, members: others('Mika', 'Noor', 'Theo') }),
  place('314159265358', 'Sunday stream', { mine: true, unread: 3, memberCount: 12 }),
  place('161803398874', 'Glass care', { memberCount: 2, loaded: false }),
]
const ROOMS_KNOWN = [place('1', 'lounge', { mine: true, memberCount: 3, members: others('Kit', 'Pax') }), place('2', 'attic', { mine: false }), place('3', 'hardware-and-other-things-that-get-warm', { loaded: false })]

export const emagine = (change: Partial<CommunityGateway> = {}, chat: Partial<ChatView> = {}): CommunityGateway =>
  together({ id: 'emg', name: 'emagine.example', url: 'https://emagine.example', content: { kind: 'emagine', can: EMAGINE, status: 'online', customStatus: null, notice: null, servers: QUESTIONS, here: null, ...chat }, ...change })
export const i386chat = (change: Partial<CommunityGateway> = {}, chat: Partial<ChatView> = {}): CommunityGateway =>
  together({
    id: 'i386',
    name: 'i386chat.example',
    url: 'https://i386chat.example',
    account: 'token',
    content: { kind: 'i386chat', can: I386CHAT, status: 'online', customStatus: null, notice: null, servers: ROOMS_KNOWN, here: '1', ...chat },
    ...change,
  })

const own = { mayEdit: false, mayDelete: false }
const ANSWERS = [
  roomLine('e1', 'Noor', 160, 'asking for a friend who tastes nothing any more'),
  roomLine('e2', 'Mika', 155, 'under 500 °F, and wait ten seconds', own),
  roomLine('e3', 'rowan', 12, '490 and patience', own),
]
const SAID = [roomLine('i1', 'Pax', 9, 'is it warm in here'), roomLine('i2', 'Kit', 8, 'that is the 386'), roomLine('i3', 'rowan', 2, 'mine has a turbo button', { mayEdit: false })]

const screen = (gateway: CommunityGateway, more: Partial<Fixture> = {}, rest: Partial<View> = {}): Fixture => ({ view: community([gateway, together()], rest), screen: 'community', communityPane: { gateway: gateway.id }, ...more })
const inRoom = (gateway: CommunityGateway, channel: string, change: Partial<RoomView>, more: Partial<Fixture> = {}): Fixture =>
  screen(gateway, { communityPane: { gateway: gateway.id, channel }, ...more }, { room: room({ gateway: gateway.id, server: channel, channel, more: false, ...change }) })
const question = (more: Partial<Fixture> = {}, gateway = emagine()): Fixture => inRoom(gateway, '271828182845', { lines: ANSWERS }, more)
const lounge = (more: Partial<Fixture> = {}, gateway = i386chat()): Fixture => inRoom(gateway, '1', { lines: SAID }, more)
const refused = (why: CommunityRefusal): Fixture => screen(i386chat({ state: { state: 'refused', why }, hasSecret: false }, { servers: [], here: null }))
const NOTICE = 'Down for dusting at midnight, back in ten minutes.'

export const CHATS: Record<string, () => Fixture> = {
  'chats-list': () => ({ view: community([emagine(), i386chat(), together()]), screen: 'community' }),
  'emagine-page': () => screen(emagine()),
  'emagine-fresh': () => screen(emagine({}, { servers: [] })),
  'emagine-room': () => question(),
  'emagine-line-menu': () => question({ focus: '[data-id="e3"]', tap: '[data-id="e3"] [data-test="line-menu"]' }),
  'emagine-people': () => question({ tap: '[data-test="open-people"]' }),
  'emagine-menu': () => question({ tap: '[data-test="room-menu"]' }),
  'emagine-add-account': () => ({ view: community([]), screen: 'community', tap: ['[data-test="add-community"]', '[data-test="kind-emagine"]'] }),
  'emagine-add': () => screen(emagine(), { tap: '[data-test="join-server"]' }),
  'emagine-new': () => screen(emagine(), { tap: ['[data-test="new-server"]', '[data-test="place-stream"]'] }),
  'emagine-leave': () => screen(emagine(), { tap: ['[data-id="161803398874"] [data-test="server-menu"]', '[data-test="leave-server"]'] }),
  'i386chat-page': () => screen(i386chat()),
  'i386chat-not-kept': () => screen(i386chat({ hasSecret: false })),
  'i386chat-fresh': () => screen(i386chat({ hasSecret: false }, { servers: [], here: null })),
  'i386chat-notice': () => screen(i386chat({}, { notice: NOTICE })),
  'i386chat-room': () => lounge(),
  'i386chat-room-notice': () => lounge({}, i386chat({}, { notice: NOTICE })),
  'i386chat-room-empty': () => inRoom(i386chat(), '1', { lines: [] }),
  'i386chat-elsewhere': () => inRoom(i386chat(), '2', { lines: [] }),
  'i386chat-nowhere': () => lounge({}, i386chat({}, { here: null })),
  'i386chat-too-long': () => lounge({ type: ['[data-test="room-text"]', '🔥'.repeat(980)] }),
  'i386chat-people': () => lounge({ tap: '[data-test="open-people"]' }),
  'i386chat-offline': () => lounge({}, i386chat({ state: { state: 'waiting', retryAt: NOW + 8000 } }, { here: null })),
  'i386chat-add-account': () => ({ view: community([]), screen: 'community', tap: ['[data-test="add-community"]', '[data-test="kind-i386chat"]'] }),
  'i386chat-add-token': () => ({ view: community([]), screen: 'community', tap: ['[data-test="add-community"]', '[data-test="kind-i386chat"]', '[data-test="token-has"]'] }),
  'i386chat-go-in': () => screen(i386chat(), { tap: '[data-test="join-server"]' }),
  'i386chat-new': () => screen(i386chat(), { tap: '[data-test="new-server"]' }),
  'i386chat-take-off': () => screen(i386chat(), { tap: ['[data-id="2"] [data-test="server-menu"]', '[data-test="leave-server"]'] }),
  'i386chat-lost': () => refused('sign_in_again'),
  'i386chat-wrong-token': () => refused('wrong_password'),
  'i386chat-taken': () => refused('name_taken'),
  'i386chat-mend': () => ({ ...refused('sign_in_again'), tap: '[data-test="community-mend"]' }),
  'i386chat-edit': () => screen(i386chat(), { tap: ['[data-test="community-menu"]', '[data-test="community-edit"]'] }),
  'i386chat-remove': () => screen(i386chat(), { tap: ['[data-test="community-menu"]', '[data-test="community-remove"]'] }),
}
