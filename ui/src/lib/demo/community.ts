// Fixtures of the community screen: concierges in every state, their services and clients, and what is shared there.

import type { BrokerClient, BrokerView, CommunityGateway, CommunityOffer, CommunityState, DirectMessage, DirectTarget, Notice, ServiceFeed, ServiceMessage, ServiceView, SharingView, TelemetryView, View } from '../contract'
import { toCelsius } from '../temperature'
import { say } from '../tongue.svelte'
import type { Fixture } from './fixture'
import { NOW } from './people'
import { settings, seshing, view } from './session'

const service = (name: string, owner: string, subscribers: number, more: Partial<ServiceView> = {}): ServiceView => ({ name, nickname: null, owner, mine: false, subscribers, subscribed: false, rate: 0, ...more })
const client = (name: string, more: Partial<BrokerClient> = {}): BrokerClient => ({ uuid: `uuid-${name}`, name, nickname: null, tags: [], me: false, allowed: null, ...more })

const MINE = service('hearth.Ember', 'rowan_desk', 2, { mine: true })
const MIKA = service('hearth.Tide', 'mika', 3, { nickname: "Mika's Tide", subscribed: true, rate: 4 })
const PHYSICS = service('physics_sim', 'sim_box', 4, { nickname: 'Physics sim', subscribed: true, rate: 30.2 })
const SERVICES = [MINE, MIKA, PHYSICS, service('lights', 'light_bridge', 1), service('planetary', 'sim_box', 0, { nickname: 'Planetary sim' })]
const CLIENTS = [
  client('light_bridge', { tags: ['bridge', 'lights'], allowed: 'take' }),
  client('mika', { nickname: 'Mika', tags: ['hearth'] }),
  client('rowan_deck', { nickname: 'Stream Deck', tags: ['deck'], allowed: 'heat' }),
  client('rowan_desk', { nickname: 'Rowan', tags: ['hearth'], me: true }),
  client('sim_box', { tags: ['sim', 'unreal'] }),
]
const SHARING: SharingView = {
  on: true,
  services: [{ device: 'ember', service: 'hearth.Ember', subscribers: 2 }],
  allowed: [
    { name: 'light_bridge', permission: 'take' },
    { name: 'rowan_deck', permission: 'heat' },
    { name: 'old_script', permission: 'take' },
  ],
}
const CLOSED: SharingView = { on: false, services: [], allowed: [] }

const broker = (change: Partial<BrokerView> = {}): BrokerView => ({ services: SERVICES, clients: CLIENTS, inbox: [], sharing: SHARING, ...change })
const LIVE: CommunityState = { state: 'connected', since: NOW - 900_000, latencyMs: 12 }
export const gateway = (change: Partial<CommunityGateway> = {}, content: Partial<BrokerView> = {}): CommunityGateway => ({
  id: 'home',
  name: 'Home concierge',
  url: 'ws://192.168.1.20:64209',
  me: 'rowan_desk',
  account: 'secret',
  hasSecret: false,
  state: LIVE,
  content: { kind: 'concierge', ...broker(content) },
  ...change,
})
const NOTHING: Partial<BrokerView> = { services: [], clients: [client('rowan_desk', { me: true })], sharing: CLOSED }
const STUDIO = gateway({ id: 'studio', name: 'Studio', url: 'wss://concierge.studio.example', hasSecret: true, state: { state: 'waiting', retryAt: NOW + 8000 } }, { services: [service('motion', 'stage', 2)], clients: [], sharing: CLOSED })
const OFF = gateway({ id: 'lab', name: 'Lab', url: 'ws://10.0.0.4:64209', state: { state: 'off' } }, { ...NOTHING, clients: [] })

let number = 0
const message = (from: string, ms: number, text: string, more: Partial<ServiceMessage> = {}): ServiceMessage => ({ number: number++, at: NOW - ms, from, mine: false, text, bytes: text.length, ...more })
const rates = (around: number, wave: number): number[] => Array.from({ length: 60 }, (_, i) => Math.max(0, Math.round(around + wave * Math.sin(i * 0.7) + wave * 0.6 * Math.sin(i * 1.9 + 1))))

const TELEMETRY: TelemetryView = { name: 'Tide', model: 'Peak Pro', activity: 'preheat', celsius: toCelsius(431), targetCelsius: toCelsius(520), battery: 64, charging: false, colour: '#10d8c4', group: 'Sunday slow burn', stage: 'seshing' }
const told = (temperature: number): string => JSON.stringify({ hearth: 1, sent_at: NOW, type: 'temperature', temperature, target: 271.1 })
export const TIDE: ServiceFeed = {
  gateway: 'home',
  service: 'hearth.Tide',
  rates: rates(3.4, 1.2),
  bytes: 96,
  latencyMs: 12,
  telemetry: TELEMETRY,
  messages: [8, 7, 6, 5, 4, 3, 2, 1].map((i) => message('mika', (8 - i) * 250 + 40, told(Number((180 + i * 5.15).toFixed(1))), { number: i })),
}
const POSITIONS = JSON.stringify({ type: 'POSITION_DUMP', positions: Array.from({ length: 38 }, (_, i) => [i, (i * 7) % 5, 0.42]) })
const SIM: ServiceFeed = {
  gateway: 'home',
  service: 'physics_sim',
  rates: rates(30, 4),
  bytes: 2140,
  latencyMs: null,
  telemetry: null,
  messages: [
    message('sim_box', 30, '{"type":"ENTITY_DUMP","count":38}', { number: 904 }),
    message('rowan_desk', 1200, '{"ask":"ENTITY_DUMP"}', { number: 903, mine: true }),
    message('sim_box', 63, POSITIONS.slice(0, 2000), { number: 902, bytes: 2140 }),
    message('sim_box', 96, POSITIONS.slice(0, 2000), { number: 901, bytes: 2140 }),
    message('sim_box', 2183, '"hello there"', { number: 900 }),
  ],
}
const OWN: ServiceFeed = { ...TIDE, service: 'hearth.Ember', telemetry: { ...TELEMETRY, name: 'Ember', activity: 'idle', celsius: toCelsius(76), targetCelsius: toCelsius(545), battery: 82, colour: '#ff6a14', stage: 'awaiting' }, rates: rates(1, 0), latencyMs: null, messages: [message('rowan_deck', 900, '{"hearth":1,"command":"ready","id":7}', { number: 2 })] }

const direct = (from: string, ms: number, text: string, to: DirectTarget, more: Partial<DirectMessage> = {}): DirectMessage => ({ number: number++, at: NOW - ms, from, uuid: `uuid-${from}`, to, text, bytes: text.length, ...more })
const INBOX = [
  direct('rowan_deck', 4_000, '{"page":2,"battery":78}', { to: 'me' }),
  direct('mika', 61_000, '"lights are on my side tonight"', { to: 'me' }),
  direct('left_already', 93_000, '"anybody here?"', { to: 'everybody' }),
  direct('sim_box', 240_000, POSITIONS.slice(0, 500), { to: 'me' }, { bytes: 2140 }),
  direct('light_bridge', 301_000, '"what colour is this?"', { to: 'service', service: 'hearth.Ember' }),
  ...Array.from({ length: 4 }, (_, i) => direct('mika', 400_000 + i * 9_000, JSON.stringify(`hello ${4 - i}`), { to: 'me' })),
]

/** The kinds that the companion offers. */
export const OFFERS: CommunityOffer[] = [
  { kind: 'together', account: 'password' },
  { kind: 'emagine', account: 'password' },
  { kind: 'i386chat', account: 'token' },
  { kind: 'concierge', account: 'secret' },
]
export const community = (gateways: CommunityGateway[], rest: Partial<View> = {}): View => view({ community: { gateways, kinds: OFFERS }, ...rest })
const screen = (gateways: CommunityGateway[], more: Partial<Fixture> = {}, rest: Partial<View> = {}): Fixture => ({ view: community(gateways, rest), screen: 'community', ...more })
const at = (name: string, feed: ServiceFeed | null, more: Partial<Fixture> = {}, rest: Partial<View> = {}): Fixture => screen([gateway(), STUDIO, OFF], { communityPane: { gateway: 'home', service: name }, ...more }, { feed, ...rest })
const home = (change: Partial<CommunityGateway> = {}, content: Partial<BrokerView> = {}, more: Partial<Fixture> = {}, rest: Partial<View> = {}): Fixture => screen([gateway(change, content), STUDIO, OFF], { communityPane: { gateway: 'home' }, ...more }, rest)
const refused = (why: Extract<CommunityState, { state: 'refused' }>['why']): Fixture => home({ state: { state: 'refused', why } }, { clients: [] })
const UNSENT: Notice = { id: 20, kind: 'error', code: 'community_not_sent', title: say('Your message was not sent'), advice: say('They are not there any more.'), device: null }

const FORM = '[data-test="add-community"]'
const KIND = '[data-test="kind-concierge"]'
const menuOf = (name: string): string => `[data-test="community-client"][data-name="${name}"] [data-test="client-menu"]`

export const COMMUNITY: Record<string, () => Fixture> = {
  'community-none': () => screen([]),
  'community-list': () => screen([gateway(), STUDIO, OFF]),
  community: () => home(),
  'community-inbox': () => home({}, { inbox: INBOX }, { tap: '[data-test="inbox-message"]:nth-child(2) button' }),
  'community-fresh': () => home({}, NOTHING),
  'community-secret': () => home({ hasSecret: true }),
  'community-sharing-nothing': () => home({}, { ...NOTHING, sharing: { ...CLOSED, on: true } }),
  'community-connecting': () => home({ state: { state: 'connecting' } }, { ...NOTHING, clients: [] }),
  'community-waiting': () => home({ state: { state: 'waiting', retryAt: NOW + 8000 } }),
  'community-off': () => home({ state: { state: 'off' } }),
  'community-name-taken': () => refused('name_taken'),
  'community-bad-name': () => refused('bad_name'),
  'community-bad-secret': () => refused('bad_secret'),
  'community-version': () => refused('version'),
  'community-protocol': () => refused('protocol'),
  'community-gone': () => ({ ...home(), link: { state: 'down', retryAt: NOW + 1800 } }),
  'community-menu': () => home({}, {}, { tap: '[data-test="community-menu"]' }),
  'community-remove': () => home({}, {}, { tap: ['[data-test="community-menu"]', '[data-test="community-remove"]'] }),
  'community-edit': () => home({ hasSecret: true }, {}, { tap: ['[data-test="community-menu"]', '[data-test="community-edit"]'] }),
  'community-add': () => screen([gateway(), STUDIO, OFF], { tap: [FORM, KIND] }),
  'community-add-first': () => screen([], { tap: [FORM, KIND] }, { desk: { ...view().desk, keychain: false } }),
  'community-client-menu': () => home({}, {}, { tap: menuOf('rowan_deck') }),
  'community-people': () => home({}, {}, { tap: '[data-test="open-people"]' }),
  'community-people-heating': () => ({ view: seshing(34, { community: { gateways: [gateway()], kinds: OFFERS } }), screen: 'community', communityPane: { gateway: 'home' }, tap: '[data-test="open-people"]' }),
  'community-allow-heat': () => home({}, {}, { tap: [menuOf('mika'), '[data-test="permission-heat"]'] }),
  'community-allow-heat-secret': () => home({ hasSecret: true }, {}, { tap: [menuOf('mika'), '[data-test="permission-heat"]'] }),
  'community-allow-heating': () => ({ ...home({}, {}, { tap: [menuOf('mika'), '[data-test="permission-heat"]'] }), view: seshing(34, { community: { gateways: [gateway()], kinds: OFFERS } }) }),
  'community-message': () => home({}, {}, { tap: [menuOf('mika'), '[data-test="message-client"]'] }),
  'community-device': () => at('hearth.Tide', TIDE),
  'community-device-celsius': () => at('hearth.Tide', { ...TIDE, telemetry: { ...TELEMETRY, activity: 'active', celsius: 270.4, charging: true, group: null, stage: null } }, {}, { settings: settings({ unit: 'celsius' }) }),
  'community-device-asleep': () => at('hearth.Tide', { ...TIDE, telemetry: { ...TELEMETRY, activity: 'asleep', celsius: null, targetCelsius: null, battery: 12, stage: 'chilling' } }),
  'community-device-stale': () => screen([gateway({ state: { state: 'waiting', retryAt: NOW + 3000 } }), STUDIO], { communityPane: { gateway: 'home', service: 'hearth.Tide' } }, { feed: TIDE }),
  'community-own': () => at('hearth.Ember', OWN),
  'community-service': () => at('physics_sim', SIM),
  'community-service-open': () => at('physics_sim', SIM, { tap: '[data-test="service-message"]:nth-child(3) button' }),
  'community-service-paused': () => at('physics_sim', SIM, { tap: '[data-test="pause"]', then: { event: 'feed', feed: { ...SIM, messages: [message('sim_box', 0, '1', { number: 906 }), message('sim_box', 0, '2', { number: 905 }), ...SIM.messages] } } }),
  'community-service-quiet': () => at('physics_sim', { ...SIM, rates: rates(0, 0), bytes: null, messages: [] }),
  'community-service-listening': () => at('physics_sim', null),
  'community-service-typed': () => at('physics_sim', SIM, { type: ['[data-test="send-text"]', '{"ask":"ENTITY_DUMP"}'] }),
  'community-service-sent': () => at('physics_sim', SIM, { type: ['[data-test="send-text"]', 'hello'], tap: '[data-test="send"]', then: { event: 'feed', feed: { ...SIM, messages: [message('rowan_desk', 0, '"hello"', { number: 905, mine: true }), ...SIM.messages] } } }),
  'community-service-unsent': () => at('physics_sim', SIM, { type: ['[data-test="send-text"]', 'hello'], tap: '[data-test="send"]', then: { event: 'notices', notices: [UNSENT] } }),
  'community-service-unfollowed': () => at('lights', null),
  'community-service-gone': () => at('was_here', null),
  'community-long-names': () =>
    home(
      { name: 'A gateway with a name that goes on and on, because its address does', url: 'wss://a-very-long-host-name.of-somebody.example.org:64209/path' },
      {
        services: [service('', 'x', 1234), service('   ', 'somebody_with_a_long_name_indeed_longer_than_that', 1, { subscribed: true, rate: 1234.5 }), service('Donaudampfschifffahrtsgesellschaftskapitän', 'ö', 0, { nickname: '🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥' })],
        clients: [client('somebody_with_a_long_name_indeed_longer_than_that', { nickname: 'Somebody with a nickname that is long', tags: ['one', 'another tag', 'and a third', 'four'], allowed: 'take' }), client('rowan_desk', { me: true })],
        sharing: { ...SHARING, services: [{ device: 'gone', service: 'hearth.A name of a device, long enough to be cut', subscribers: 120 }], allowed: [{ name: 'somebody_with_a_long_name_indeed_longer_than_that', permission: 'heat' }] },
      },
    ),
  'community-heating': () => ({ view: seshing(34, { community: { gateways: [gateway(), STUDIO], kinds: OFFERS }, feed: TIDE }), screen: 'community', communityPane: { gateway: 'home', service: 'hearth.Tide' } }),
}
