// Fixtures of voice: in a sesh, in a channel of a chat server, over the other screens, in the settings, in every state.

import type { SoundDevices, VoicePeer, VoicePlace, VoiceSettings, VoiceView, View } from '../contract'
import { say } from '../tongue.svelte'
import { community, gateway as concierge, OFFERS } from './community'
import type { Fixture } from './fixture'
import { member, ORDER, PEOPLE, type Id } from './people'
import { chatChannel, chatServer, LINES, room, together } from './rooms'
import { group, NO_VOICE, seshing, settings, stage, view } from './session'

const peer = (id: Id, change: Partial<VoicePeer> = {}): VoicePeer => ({ id: `id-${id}`, name: PEOPLE[id].name, member: id, speaking: false, muted: false, deafened: false, link: 'direct', lossyPercent: null, volume: 100, ...change })
/** Somebody who came by the chat server. */
const visitor = (name: string, change: Partial<VoicePeer> = {}): VoicePeer => ({ ...peer('mika', { id: `id-${name.toLowerCase()}`, name, member: null }), ...change })

const SESH: VoicePlace = { community: null, server: 'sunday', channel: 'sesh-voice', name: 'Sunday slow burn', sesh: true }
const COUCH: VoicePlace = { community: 'tog', server: 'basement', channel: 'couch', name: 'Couch', sesh: false }
const MICROPHONE = 'Yeti Nano'
const SPEAKER = 'Headphones'
const FRIENDS = [peer('mika', { speaking: true }), peer('theo', { muted: true }), peer('sol')]

export const voice = (change: Partial<VoiceView> = {}): VoiceView => ({
  ...NO_VOICE,
  offered: true,
  place: SESH,
  stage: { stage: 'in' },
  microphone: { state: 'open', name: MICROPHONE },
  speaker: { state: 'open', name: SPEAKER },
  people: FRIENDS,
  ...change,
})
const offered: VoiceView = { ...NO_VOICE, offered: true }
const closed: Partial<VoiceView> = { microphone: { state: 'closed' }, speaker: { state: 'closed' }, people: [] }
const failed = (why: string, advice: string, place: VoicePlace | null = SESH): VoiceView => voice({ ...closed, place, stage: { stage: 'failed', why: say(why), advice: say(advice) } })

const inVoice = (ids: Id[]) => group(ORDER.map((id) => member(id, { inVoice: ids.includes(id) })))
const ALL: Id[] = ['me', 'mika', 'theo', 'sol']
const session = (now: VoiceView, more: Partial<View> = {}): Fixture => ({ view: view({ voice: now, group: inVoice(now.stage.stage === 'in' || now.stage.stage === 'rejoining' ? ALL : ['mika', 'theo']), ...more }) })

/** Eight is the most. */
const CROWD: VoicePeer[] = [...FRIENDS, peer('june', { link: 'relayed' }), visitor('Noor'), visitor('Pax', { deafened: true, muted: true }), visitor('Kit')]
const EVERY_LINK = [peer('mika', { link: 'connecting' }), peer('theo', { lossyPercent: 12 }), peer('june', { link: 'relayed' }), peer('sol', { link: 'unreachable' })]
const GONE = "A person's name that is as long as a name may be"

const couch = (people = ['Noor', 'Pax', 'Kit'], me = false) => [
  ...people.map((name, i) => ({ id: `id-${name.toLowerCase()}`, name, me: false, muted: i > 0, deafened: i > 1 })),
  ...(me ? [{ id: 'id-rowan', name: 'rowan', me: true, muted: false, deafened: false }] : []),
]
const HOME = concierge({}, {})
const server = (people: ReturnType<typeof couch>) => together({}, { servers: [chatServer({ channels: [chatChannel('general', { topic: 'Anything, kindly' }), chatChannel('couch', { name: 'Couch', voice: true, inVoice: people })] })] })
const channel = (now: VoiceView, people: ReturnType<typeof couch>, at = 'couch', more: Partial<Fixture> = {}): Fixture => ({
  view: community([server(people), HOME], { room: room({ channel: at, lines: at === 'couch' ? LINES.slice(8) : LINES, more: false }), voice: now }),
  screen: 'community',
  communityPane: { gateway: 'tog', channel: at },
  ...more,
})
const onCouch = (change: Partial<VoiceView> = {}) => voice({ offered: false, place: COUCH, people: [visitor('Noor', { speaking: true }), visitor('Pax', { muted: true, link: 'relayed' }), visitor('Kit', { muted: true, deafened: true })], ...change })

const DEVICES: SoundDevices = { microphones: [MICROPHONE, 'Built-in microphone'], speakers: [SPEAKER, 'Built-in speakers', 'HDMI'] }
const RELAY = { url: 'turn:relay.example.org:3478', username: 'rowan' }
const sound = (change: Partial<VoiceSettings> = {}, now: Partial<VoiceView> = {}, more: Partial<Fixture> = {}): Fixture => ({
  view: view({ settings: settings({ voice: { ...settings().voice, ...change } }), voice: { ...NO_VOICE, devices: DEVICES, ...now } }),
  screen: 'settings',
  settingsPane: 'sound',
  ...more,
})
const german = (fixture: Fixture): Fixture => ({ ...fixture, view: fixture.view && { ...fixture.view, settings: { ...fixture.view.settings, language: 'de' } } })

export const VOICE: Record<string, () => Fixture> = {
  'voice-offered': () => session(offered),
  'voice-offered-nobody': () => ({ view: view({ voice: offered }) }),
  'voice-joining': () => session(voice({ ...closed, stage: { stage: 'joining' } })),
  'voice-in': () => session(voice()),
  'voice-speaking': () => session(voice({ speaking: true, people: [peer('mika'), peer('theo', { speaking: true }), peer('sol', { speaking: true })] })),
  'voice-nobody': () => session(voice({ people: [] })),
  'voice-muted': () => session(voice({ muted: true, microphone: { state: 'closed' } })),
  'voice-deafened': () => session(voice({ deafened: true, microphone: { state: 'closed' }, speaker: { state: 'closed' } })),
  'voice-push': () => session(voice({ talk: { talk: 'push', held: false }, microphone: { state: 'closed' } })),
  'voice-push-held': () => session(voice({ talk: { talk: 'push', held: true }, speaking: true })),
  'voice-links': () => session(voice({ people: EVERY_LINK }), { group: group(ORDER.map((id) => member(id, { inVoice: true, away: false }))) }),
  'voice-lossy': () => session(voice({ people: [peer('mika', { lossyPercent: 12, speaking: true }), peer('theo'), peer('sol', { link: 'relayed' })] })),
  'voice-lost': () => session(voice({ people: [peer('mika', { link: 'lost' }), peer('theo'), peer('sol')] })),
  'voice-rejoining': () => session(voice({ stage: { stage: 'rejoining' } })),
  'voice-no-microphone': () => session(voice({ microphone: { state: 'failed', why: say('No microphone was found. Plug one in.') } })),
  'voice-not-allowed': () => session(voice({ microphone: { state: 'failed', why: say('Hearth may not use the microphone. Allow it in the settings of this computer.') } })),
  'voice-busy': () => session(voice({ microphone: { state: 'failed', why: say('Another program has the microphone. Close it.') } })),
  'voice-no-speaker': () => session(voice({ speaker: { state: 'failed', why: say('No speaker was found. Plug one in.') } })),
  'voice-failed': () => session(failed('Voice ended: the gateway was lost', 'Your microphone is closed. Join again when the gateway is back.')),
  'voice-unreached': () => session(voice({ people: [peer('mika', { link: 'unreachable' }), peer('theo', { link: 'unreachable' }), peer('sol', { link: 'unreachable' })] })),
  'voice-relay-fails': () => session(voice({ people: [peer('mika', { link: 'unreachable' })], serversFail: true })),
  'voice-crowded': () => session(voice({ people: CROWD, crowded: ['Ada'] })),
  'voice-heating': () => ({ view: { ...seshing(34), voice: voice(), group: group(seshing(34).group!.members.map((each) => ({ ...each, inVoice: ALL.includes(each.id as Id) }))) } }),
  'voice-heating-elsewhere': () => ({ view: { ...seshing(34), voice: voice() }, screen: 'lobby' }),
  'voice-people': () => ({ ...session(voice({ people: [...EVERY_LINK, visitor(GONE, { speaking: true, volume: 150 }), visitor('Pax', { muted: true, deafened: true, volume: 0 })], crowded: ['Ada'] })), tap: '[data-test="voice-people"]' }),
  'voice-menu': () => ({ ...session(voice()), tap: '[data-member-id="mika"] [data-test="member-menu"]' }),
  'voice-menu-guest': () => ({ ...session(voice({ people: [peer('mika', { volume: 0 }), ...FRIENDS.slice(1)] })), view: { ...session(voice({ people: [peer('mika', { volume: 0 }), ...FRIENDS.slice(1)] })).view!, group: { ...inVoice(ALL), own: false } }, tap: '[data-member-id="mika"] [data-test="member-menu"]' }),
  'voice-big-crowd': () => session(voice({ people: CROWD }), { group: group([member('me', { inVoice: true }), ...Array.from({ length: 7 }, (_, i) => ({ ...member(ORDER[1 + (i % 4)]!, { away: false, inVoice: i < 5 }), id: i < 4 ? ORDER[1 + i]! : `crowd-${i}`, name: `${PEOPLE[ORDER[1 + (i % 4)]!].name} ${i + 1}` }))]) }),
  'voice-awaiting': () => session(voice(), { stage: stage({ stage: 'awaiting', ready: 2, counted: 4, askedBy: 'Mika' }) }),
  'voice-elsewhere': () => ({ ...session(voice()), screen: 'lobby' }),
  'voice-devices': () => ({ ...session(voice({ muted: true, microphone: { state: 'closed' } })), screen: 'devices' }),
  'voice-reconnecting': () => ({ view: { ...session(voice({ stage: { stage: 'rejoining' } })).view!, gateway: { ...view().gateway, state: 'reconnecting', latencyMs: null, retryAt: view().chat[0]!.at } } }),
  'voice-channel': () => channel(NO_VOICE, couch()),
  'voice-channel-empty': () => channel(NO_VOICE, []),
  'voice-channel-full': () => channel(NO_VOICE, couch(['Noor', 'Pax', 'Kit', 'Ada', 'Lee', 'Mika', 'Theo', 'Sol'])),
  'voice-channel-in': () => channel(onCouch(), couch(undefined, true)),
  'voice-channel-menu': () => channel(onCouch(), couch(undefined, true), 'couch', { tap: '[data-test="voice-menu"]' }),
  'voice-channel-beside': () => channel(onCouch(), couch(undefined, true), 'general'),
  'voice-channel-failed': () => channel(failed('You did not get into the voice room', 'No answer came. Try again.', COUCH), couch()),
  'voice-channel-people': () => channel(onCouch(), couch(undefined, true), 'general', { tap: '[data-test="open-people"]' }),
  'voice-channel-heating': () => ({ ...channel(onCouch(), couch(undefined, true)), view: seshing(34, { community: { gateways: [server(couch(undefined, true))], kinds: OFFERS }, room: room({ channel: 'couch', lines: LINES.slice(8) }), voice: onCouch() }) }),
  'settings-sound': () => sound(),
  'settings-sound-looking': () => sound({}, { devices: null }),
  'settings-sound-none': () => sound({}, { devices: { microphones: [], speakers: [] } }),
  'settings-sound-chosen': () => sound({ microphone: MICROPHONE, speaker: 'Kitchen', pushToTalk: true, relayOnly: true, servers: [{ url: 'stun:stun.example.org', username: '' }, RELAY] }),
  'settings-sound-failed': () => sound({ microphone: MICROPHONE }, { ...voice({ microphone: { state: 'failed', why: say('Another program has the microphone. Close it.') } }), devices: DEVICES }),
  'settings-sound-relay-missing': () => sound({ relayOnly: true }),
  'settings-sound-servers': () => sound({ servers: [1, 2, 3, 4].map((n) => ({ ...RELAY, url: `turn:relay${n}.example.org` })) }, {}, { scroll: '[data-test="voice-servers"]' }),
  'settings-sound-add': () => sound({}, {}, { tap: '[data-test="add-voice-server"]' }),
  'settings-sound-change': () => sound({ servers: [RELAY] }, {}, { tap: '[data-test="change-voice-server"]' }),
  'settings-sound-remove': () => sound({ servers: [RELAY] }, {}, { tap: '[data-test="remove-voice-server"]' }),
  'settings-german-sound': () => german(sound({ pushToTalk: true, relayOnly: true, servers: [RELAY] })),
  'voice-german-in': () => german(session(voice({ talk: { talk: 'push', held: false }, microphone: { state: 'closed' } }))),
  'voice-german-links': () => german(session(voice({ people: EVERY_LINK }))),
  'voice-german-failed': () => german(session(voice({ microphone: { state: 'failed', why: say('Hearth may not use the microphone. Allow it in the settings of this computer.') } }))),
  'voice-german-offered': () => german(session(offered)),
  'voice-large': () => ({ view: { ...session(voice()).view!, settings: settings({ textSize: 'large' }) } }),
  'voice-large-offered': () => ({ view: { ...session(offered).view!, settings: settings({ textSize: 'large' }) } }),
  'mini-voice': () => session(voice()),
  'mini-voice-muted': () => session(voice({ muted: true, microphone: { state: 'closed' } })),
}
