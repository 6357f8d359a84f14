// Fixtures of chat rooms: a server in every state, its channels and people, and what is said in one of them.

import type { ChatCan, ChatChannel, ChatPerson, ChatServer, ChatView, CommunityGateway, CommunityRefusal, CommunityState, RoomLine, RoomView, View, VoicePerson } from '../contract'
import { say } from '../tongue.svelte'
import { community, gateway as concierge, OFFERS } from './community'
import type { Fixture } from './fixture'
import { NOW } from './people'
import { seshing } from './session'

export const person = (name: string, status: ChatPerson['status'], customStatus: string | null = null, more: Partial<ChatPerson> = {}): ChatPerson => ({ id: `id-${name.toLowerCase()}`, name, me: false, status, customStatus, ...more })
const ME = person('rowan', 'online', null, { me: true })
const MEMBERS = [person('Kit', 'online', 'In a sesh since eight'), person('Mika', 'online', 'Sunday slow burn'), person('Noor', 'online'), person('Pax', 'dnd', 'In a sesh since eight'), ME, person('Theo', 'idle'), person('Ada', 'offline'), person('Lee', 'offline', 'back on Monday')]
const inVoice = (name: string, more: Partial<VoicePerson> = {}): VoicePerson => ({ id: `id-${name.toLowerCase()}`, name, me: false, muted: false, deafened: false, ...more })

export const chatChannel = (id: string, more: Partial<ChatChannel> = {}): ChatChannel => ({ id, name: id, voice: false, topic: null, category: null, unread: 0, typing: [], inVoice: [], ...more })
const CHANNELS = [
  chatChannel('general', { topic: 'Anything, kindly', typing: ['Pax'] }),
  chatChannel('hardware', { unread: 2 }),
  chatChannel('strains', { typing: ['Kit'] }),
  chatChannel('couch', { name: 'Couch', voice: true, inVoice: [inVoice('Noor'), inVoice('Pax', { muted: true }), inVoice('Kit', { muted: true, deafened: true })] }),
]
export const chatServer = (more: Partial<ChatServer> = {}): ChatServer => ({ id: 'basement', name: 'The Basement', mine: false, mayLeave: true, memberCount: 8, sesh: null, unread: 2, loaded: true, channels: CHANNELS, members: MEMBERS, ...more })
const OTHERS = [
  chatServer({ id: 'sunday', name: 'Sunday slow burn', sesh: 'SUN-742', mine: true, mayLeave: false, unread: 0, memberCount: 3, channels: [chatChannel('sesh')], members: [ME, person('Mika', 'online')] }),
  chatServer({ id: 'retro', name: 'Retro hardware', loaded: false, unread: 14, memberCount: 212, channels: [], members: [] }),
]
/** All that can be done. */
export const ALL: ChatCan = { edit: true, delete: true, reply: true, typing: true, status: true, voice: true, past: true, channels: true, many: true, streams: false, hidden: false, join: 'code', line: { characters: 4000, bytes: null } }
const LIVE: CommunityState = { state: 'connected', since: NOW - 900_000, latencyMs: 31 }
export const together = (change: Partial<CommunityGateway> = {}, chat: Partial<ChatView> = {}): CommunityGateway => ({
  id: 'tog',
  name: 'basement.example',
  url: 'https://basement.example',
  me: 'rowan',
  account: 'password',
  hasSecret: true,
  state: LIVE,
  content: { kind: 'together', can: ALL, notice: null, here: null, status: 'online', customStatus: null, servers: [chatServer(), ...OTHERS], ...chat },
  ...change,
})
const withChannel = (change: Partial<ChatChannel>): Partial<ChatView> => ({ servers: [chatServer({ channels: [{ ...CHANNELS[0]!, ...change }, ...CHANNELS.slice(1)] }), ...OTHERS] })

const minutes = (count: number) => NOW - count * 60_000
export const roomLine = (id: string, author: string, ago: number, text: string, more: Partial<RoomLine> = {}): RoomLine => ({
  id,
  at: minutes(ago),
  author,
  authorId: `id-${author.toLowerCase()}`,
  mine: author === 'rowan',
  text,
  edited: false,
  replyTo: null,
  state: { state: 'said' },
  mayEdit: author === 'rowan',
  mayDelete: author === 'rowan',
  ...more,
})
export const LINES = [
  roomLine('y1', 'Lee', 1580, 'tilde is up again, uptime one minute'),
  roomLine('y2', 'Ada', 1571, 'nice. moving the bridge tonight'),
  roomLine('m1', 'Theo', 48, 'who moved the dab mat'),
  roomLine('m2', 'Mika', 46, 'it is under the keyboard. do not ask', { replyTo: 'm1' }),
  roomLine('m3', 'Noor', 29, 'anyone else get the AF firmware? my heat-up is a second faster', { edited: true }),
  roomLine('m4', 'Pax', 27, 'yes, and the battery estimate finally makes sense'),
  roomLine('m5', 'Kit', 18, 'swapped the 3D chamber back in'),
  roomLine('m6', 'Kit', 17, 'took a photo of the old one, it was time'),
  roomLine('m7', 'rowan', 14, '545 for 40 is the one. try Slow burn, I shared it'),
  roomLine('m8', 'Noor', 2, 'couch in ten? https://basement.example/couch 🛋️'),
]
export const room = (change: Partial<RoomView> = {}): RoomView => ({ gateway: 'tog', server: 'basement', channel: 'general', lines: LINES, more: true, loading: false, failed: null, newFrom: null, ...change })

const HOME = concierge({}, {})
const at = (change: Partial<RoomView> | null, gateway: CommunityGateway = together(), more: Partial<Fixture> = {}, rest: Partial<View> = {}): Fixture => ({
  view: community([gateway, HOME], { room: change && room(change), ...rest }),
  screen: 'community',
  communityPane: { gateway: 'tog', channel: 'general' },
  ...more,
})
const server = (gateway: CommunityGateway = together(), more: Partial<Fixture> = {}): Fixture => ({ view: community([gateway, HOME]), screen: 'community', communityPane: { gateway: 'tog' }, ...more })
const refused = (why: CommunityRefusal, more: Partial<CommunityGateway> = {}): Fixture => server(together({ state: { state: 'refused', why }, ...more }, { servers: [] }))
const WAITING: CommunityState = { state: 'waiting', retryAt: NOW + 8000 }

/** Many lines, some of them long: a room as it is after a while. */
export const manyLines = (count: number, from = 0): RoomLine[] =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i
    const author = ['Noor', 'Pax', 'Kit', 'rowan', 'Mika'][Math.floor((n + 1000) / 2) % 5]!
    return roomLine(`n${n}`, author, 4000 - n * 3, n % 7 === 3 ? `line ${n}: ${'a long one that goes on for a while, '.repeat(6)}` : `line ${n}`)
  })

const STRANGE = [
  roomLine('s1', 'Somebody with a name that goes on and on and does not want to end', 30, 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(12)),
  roomLine('s2', 'نور', 28, 'مرحبا بالجميع، هل نبدأ الآن؟ 🔥'),
  roomLine('s3', 'נועה', 27, 'שלום, https://example.org/a/very/long/address?with=queries&and=more', { edited: true }),
  roomLine('s4', '🔥🔥🔥', 26, '👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 Z̸a̷l̴g̵o̶'),
  roomLine('s5', 'rowan', 25, 'several\n\nlines\n    with room in front\nand <b>no</b> markup'),
  roomLine('s6', 'guest', 24, 'https://example.org/'.padEnd(260, 'x'), { authorId: null, replyTo: 'gone' }),
  roomLine('s7', 'Pax', 23, 'the quick brown fox jumps over the lazy dog. '.repeat(40), { replyTo: 's1' }),
]

const SETTLED = '[data-test="room-log"]'
const LINE_MENU = (id: string): string[] => [`[data-id="${id}"] [data-test="line-menu"]`]

export const ROOMS: Record<string, () => Fixture> = {
  'rooms-list': () => ({ view: community([together(), HOME]), screen: 'community' }),
  room: () => at({}),
  'room-new': () => at({ newFrom: 'm4' }),
  'room-empty': () => at({ lines: [], more: false }),
  'room-loading': () => at({ lines: [], loading: true }),
  'room-opening': () => at(null),
  'room-failed': () => at({ lines: [], failed: say('No answer came.') }),
  'room-older': () => at({ loading: true }, together(), { scroll: SETTLED }),
  'room-older-failed': () => at({ lines: manyLines(30), failed: say('No answer came.') }, together(), { scroll: '.rfail' }),
  'room-start': () => at({ lines: LINES.slice(2, 6), more: false }),
  'room-long': () => at({ lines: manyLines(300) }),
  'room-strange': () => at({ lines: STRANGE, more: false }, together({}, withChannel({ name: 'a-channel-with-a-name-that-is-long', typing: ['Somebody with a name that goes on and on', 'another one of those with names'], topic: 'A topic that somebody took the time to write down, all of it, in one line' }))),
  'room-strange-start': () => at({ lines: STRANGE, more: false }, together(), { scroll: '[data-id="s1"]' }),
  'room-states': () =>
    at({
      lines: [
        ...LINES.slice(2),
        roomLine('f1', 'rowan', 1, 'on my way', { state: { state: 'failed', why: say('No answer came.') }, mayEdit: false, mayDelete: false }),
        roomLine('f2', 'rowan', 0, 'really', { state: { state: 'sending' }, mayEdit: false, mayDelete: false }),
      ],
    }),
  'room-offline': () => at({}, together({ state: WAITING })),
  'room-offline-unknown': () => at(null, together({ state: WAITING })),
  'room-offline-gone': () => at(null, together({ state: WAITING }, { servers: [] })),
  'room-gone': () => at(null, together(), { communityPane: { gateway: 'tog', channel: 'nowhere' } }),
  'room-no-companion': () => ({ ...at({}), link: { state: 'down', retryAt: NOW + 1800 } }),
  'room-typed': () => at({}, together({}, withChannel({ typing: ['Pax', 'Noor'] })), { type: ['[data-test="room-text"]', 'three lines\nof text\nthat are not said yet'] }),
  'room-near-end': () => at({}, together(), { type: ['[data-test="room-text"]', 'a'.repeat(3950)] }),
  'room-too-long': () => at({}, together({}, withChannel({ typing: ['Pax', 'Noor', 'Kit'] })), { type: ['[data-test="room-text"]', 'word '.repeat(820)] }),
  'room-line-menu': () => at({}, together(), { focus: '[data-id="m7"]', tap: LINE_MENU('m7') }),
  'room-reply': () => at({}, together(), { focus: '[data-id="m3"]', tap: [...LINE_MENU('m3'), '[data-test="line-reply"]'] }),
  'room-edit': () => at({}, together(), { focus: '[data-id="m7"]', tap: [...LINE_MENU('m7'), '[data-test="line-edit-item"]'] }),
  'room-delete': () => at({}, together(), { focus: '[data-id="m7"]', tap: [...LINE_MENU('m7'), '[data-test="line-delete"]'] }),
  'room-menu': () => at({}, together(), { tap: '[data-test="room-menu"]' }),
  'room-people': () => at({}, together(), { tap: '[data-test="open-people"]' }),
  'room-voice': () => at({ channel: 'couch', lines: LINES.slice(8), more: false }, together(), { communityPane: { gateway: 'tog', channel: 'couch' } }),
  'room-heating': () => ({ ...at({}), view: seshing(34, { community: { gateways: [together()], kinds: OFFERS }, room: room() }) }),
  'room-delete-heating': () => ({ ...at({}, together(), { focus: '[data-id="m7"]', tap: [...LINE_MENU('m7'), '[data-test="line-delete"]'] }), view: seshing(34, { community: { gateways: [together()], kinds: OFFERS }, room: room() }) }),
  'rooms-server': () => server(),
  'rooms-fresh': () => server(together({}, { servers: [] })),
  'rooms-connecting': () => server(together({ state: { state: 'connecting' } }, { servers: [] })),
  'rooms-waiting': () => server(together({ state: WAITING })),
  'rooms-off': () => server(together({ state: { state: 'off' } })),
  'rooms-wrong-password': () => refused('wrong_password'),
  'rooms-name-taken': () => refused('name_taken'),
  'rooms-sign-in-again': () => refused('sign_in_again', { hasSecret: false }),
  'rooms-suspended': () => refused('suspended'),
  'rooms-registration-closed': () => refused('registration_closed'),
  'rooms-status': () => server(together({}, { status: 'dnd', customStatus: 'In a sesh since eight' }), { tap: '[data-test="my-status-menu"]' }),
  'rooms-status-text': () => server(together({}, { status: 'idle', customStatus: 'Sunday slow burn' }), { tap: ['[data-test="my-status-menu"]', '[data-test="status-write"]'] }),
  'rooms-add': () => ({ view: community([]), screen: 'community', tap: '[data-test="add-community"]' }),
  'rooms-register': () => ({ view: community([]), screen: 'community', tap: ['[data-test="add-community"]', '[data-test="account-up"]'] }),
  'rooms-sign-in': () => ({ ...refused('sign_in_again', { hasSecret: false }), tap: '[data-test="community-mend"]' }),
  'rooms-edit': () => server(together(), { tap: ['[data-test="community-menu"]', '[data-test="community-edit"]'] }),
  'rooms-remove': () => server(together(), { tap: ['[data-test="community-menu"]', '[data-test="community-remove"]'] }),
  'rooms-new-server': () => server(together(), { tap: '[data-test="new-server"]' }),
  'rooms-join-server': () => server(together(), { tap: '[data-test="join-server"]' }),
  'rooms-new-channel': () => server(together(), { tap: ['[data-id="sunday"] [data-test="server-menu"]', '[data-test="new-channel"]'] }),
  'rooms-leave-server': () => server(together(), { tap: ['[data-id="basement"] [data-test="server-menu"]', '[data-test="leave-server"]'] }),
  'rooms-unread': () => ({ view: community([together({}, { servers: [chatServer({ unread: 128 })] })]), screen: 'lobby' }),
}
