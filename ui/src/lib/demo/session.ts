// Fixtures of the session screen, one for each state that a person can meet there.

import type { AwayReason, ChatLine, GroupView, LinkView, MemberView, Notice, Said, Settings, StageView, View, VoiceView } from '../contract'
import type { Fixture } from './fixture'
import { curves, device, heating, member, NOW, ORDER, phase, POCKET, temperature, watcher, PEOPLE, type Id } from './people'

const minutes = (count: number) => NOW - count * 60_000

let lineId = 0
const say = (by: Id, ago: number, text: string): ChatLine => ({
  id: ++lineId,
  at: minutes(ago),
  by,
  name: PEOPLE[by].name,
  led: PEOPLE[by].led,
  me: by === 'me',
  kind: 'message',
  text,
  happened: null,
})
const system = (kind: 'people' | 'away' | 'sesh', ago: number, happened: Said): ChatLine => ({
  id: ++lineId,
  at: minutes(ago),
  by: null,
  name: null,
  led: null,
  me: false,
  kind,
  text: '',
  happened,
})
const react = (by: Id, emoji: string): ChatLine => ({ ...say(by, 0, emoji), kind: 'reaction', at: NOW - 800 })

const CHAT: ChatLine[] = [
  system('people', 7, { text: '{name} joined', args: { name: 'Sol' } }),
  say('mika', 5, 'slow one tonight?'),
  say('theo', 5, 'slow one. Pocket has been loaded for ten minutes'),
  { ...say('sol', 4, 'watching from the bus, make it a good one'), by: 'noor', name: 'Noor', led: null },
  say('june', 3, 'back in five, start without me'),
  system('away', 3, { text: '{name} is away', args: { name: 'June' } }),
  say('me', 2, 'same as last time, 545 and hold it'),
  say('mika', 2, 'copy. dropping mine to 520'),
]
const ASKED = system('sesh', 1, { text: '{name} asked everyone to get ready', args: { name: 'Mika' } })
const STARTED = system('sesh', 0.5, { text: '{count} devices started within {skew} ms', args: { count: 4, skew: 84 } })
const COUNTS = system('sesh', 0.2, { text: 'Starts in {seconds} s', args: { seconds: 20 } })
const GO = say('sol', 1, 'loaded, go')

export const stage = (change: Partial<StageView> = {}): StageView => ({
  stage: 'chilling',
  ready: 0,
  counted: 4,
  meReady: false,
  askedBy: null,
  askedByMe: false,
  startAt: null,
  callsOff: false,
  armed: false,
  devices: 0,
  since: null,
  skewMs: null,
  lastEndedAt: minutes(12),
  lastSesh: null,
  ...change,
})

/** In no voice room, and none is offered. */
export const NO_VOICE: VoiceView = {
  offered: false,
  place: null,
  stage: { stage: 'off' },
  microphone: { state: 'closed' },
  speaker: { state: 'closed' },
  muted: false,
  deafened: false,
  talk: { talk: 'open' },
  speaking: false,
  people: [],
  crowded: [],
  serversFail: false,
  devices: null,
}

export const settings = (change: Partial<Settings> = {}): Settings => ({
  theme: 'dark',
  unit: 'fahrenheit',
  awayWithoutDevice: true,
  awayWhenLocked: true,
  remoteActions: false,
  shareActivity: false,
  language: 'en',
  textSize: 'normal',
  reduceMotion: false,
  moreContrast: false,
  awayWhenIdleMin: null,
  askByDevice: false,
  notify: { asked: true, countdown: true, atTemperature: true, joined: false, batteryLow: true, charged: false },
  quiet: null,
  startAtLogin: false,
  startHidden: true,
  closeToTray: false,
  shortcut: null,
  overlay: { on: false, layout: 'strip', hideNames: false, hideGroup: false },
  voice: { microphone: null, speaker: null, pushToTalk: false, cleanEcho: true, cleanNoise: true, relayOnly: false, servers: [] },
  hostName: '',
  welcomed: true,
  ...change,
})

export function group(members: MemberView[] = ORDER.map((id) => member(id)), change: Partial<GroupView> = {}): GroupView {
  return {
    code: 'q7xk2m',
    name: 'Sunday slow burn',
    public: false,
    seshCounter: 14,
    countdownMs: 2100,
    own: true,
    awayBecause: members.some((each) => each.me && each.away) ? 'asked' : null,
    members: [...members, watcher('noor', 'Noor'), watcher('pax', 'Pax')],
    ...change,
  }
}

export function view(change: Partial<View> = {}): View {
  return {
    version: '0.1.0',
    gateway: {
      url: 'wss://commons.example',
      name: 'Commons',
      simulatedFriends: false,
      state: 'connected',
      latencyMs: 38,
      choosesCountdown: true,
      retryAt: null,
      choices: [
        { url: 'local', name: 'On this computer' },
        { url: 'wss://rosin.puff.social/socket', name: 'puff.social' },
      ],
    },
    scan: { scanning: false, startedAt: null, bluetooth: 'on', adapters: [], adapterChosen: null, found: [] },
    devices: [device(), POCKET],
    group: group(),
    stage: stage(),
    chart: { startedAt: minutes(14), live: false, curves: curves(90) },
    chat: CHAT,
    logs: [],
    lobby: {
      groups: [],
      asOf: null,
      recent: [],
      network: [],
      host: { state: 'off', name: '', addresses: [], qr: null, qrSize: 0, guests: 0, scripts: { on: true, address: null, secret: false, secretLost: false }, problem: null },
    },
    community: { gateways: [], kinds: [] },
    feed: null,
    room: null,
    voice: NO_VOICE,
    history: null,
    recap: null,
    desk: {
      window: true,
      tray: true,
      autostart: true,
      notifications: true,
      shortcuts: true,
      keychain: true,
      mini: false,
      shortcutProblem: null,
      muted: false,
      invite: null,
      visit: null,
    },
    overlay: { url: null, pages: 0, problem: null },
    diagnostics: { parts: [], failures: [], logFolder: null, bundle: null },
    settings: settings(),
    notices: [],
    ...change,
  }
}

const local = (from: View): View => ({
  ...from,
  gateway: { ...from.gateway, url: 'local', name: 'On this computer', simulatedFriends: true, latencyMs: 1 },
})

/** A view `second`s into a sesh. */
export function seshing(second: number, change: Partial<View> = {}): View {
  const mine = phase('me', second)
  return view({
    devices: [device({ activity: mine.activity, celsius: temperature('me', second), elapsedS: mine.elapsed, totalS: mine.total }), POCKET],
    group: group(ORDER.map((id) => heating(id, second))),
    stage: stage({ stage: 'seshing', since: NOW - second * 1000, devices: 4, skewMs: 84 }),
    chart: { startedAt: NOW - second * 1000, live: true, curves: curves(second) },
    chat: [...CHAT, ASKED, GO, STARTED],
    ...change,
  })
}

/** The link of my device is lost in the middle of its heat. */
export function lostIn(second: number, link: LinkView = { state: 'waiting', retryAt: NOW + 1800, problem: { code: 'link_lost', title: { text: 'The link to the device broke' }, advice: { text: 'Keep it near this computer. Hearth connects again by itself.' }, details: null } }): View {
  const from = seshing(second)
  const [mine, ...others] = from.devices
  return { ...from, devices: [{ ...mine!, link, seenAt: NOW - 3000 }, ...others] }
}

const ready = (id: Id, change: Partial<MemberView> = {}) => member(id, { ready: true, activity: 'selecting', ...change })
const rest = [member('june'), member('sol', { lostSince: NOW - 18_000 })]
const awaiting: Partial<View> = {
  group: group([member('me'), ready('mika'), ready('theo'), ...rest]),
  stage: stage({ stage: 'awaiting', ready: 2, counted: 4, askedBy: 'Mika' }),
  chat: [...CHAT, ASKED],
}
const notice = (id: number, kind: Notice['kind'], title: string, advice = '', args?: Said['args']): Notice => ({ id, kind, code: 'fixture', title: args ? { text: title, args } : { text: title }, advice: { text: advice }, device: null })

/** Somebody else's group. */
const guest = (mine: MemberView[] = [member('me')]): GroupView =>
  group([...mine.map((each) => ({ ...each, owner: false })), member('mika', { owner: true }), ...ORDER.slice(2).map((id) => member(id))], { own: false })

const away = (reason: AwayReason, change: Partial<View> = {}): View =>
  view({ group: group([member('me', { away: true }), ...ORDER.slice(1).map((id) => member(id))], { awayBecause: reason }), stage: stage({ counted: 3 }), ...change })
const SUSPENDED: Notice = { ...notice(7, 'error', 'The gateway has suspended this account', 'Ask whoever runs it, or choose another gateway.'), code: 'gateway_refused' }
const suspended = (from: View): View => ({ ...from, gateway: { ...from.gateway, state: 'refused', latencyMs: null }, notices: [SUSPENDED] })

const CROWD: MemberView[] = Array.from({ length: 10 }, (_, i) => {
  const id = ORDER[1 + (i % 4)]!
  return { ...member(id, { away: false, activity: i % 3 ? 'idle' : 'asleep' }), id: `crowd-${i}`, name: `${PEOPLE[id].name} ${i + 1}`, owner: false }
})

/** Names as people have them all over the world, and all of them ready but two. */
const NAMES = ['👩‍🚀🔥🔥', 'مرحبا صديقي', 'Ein sehr langer Gerätename', 'שלום', 'e\u0301mile', 'WWWWWWWWWWWWWWWWWWWWWWWW']
const STRANGE: MemberView[] = CROWD.map((one, i) => ({ ...one, name: NAMES[i % NAMES.length]!, strain: null, ...(i < 8 ? { ready: true, activity: 'selecting' as const } : { activity: 'idle' as const }) }))

export const SESSION: Record<string, () => Fixture> = {
  alone: () => ({ view: view({ group: null, stage: stage({ stage: 'alone', lastEndedAt: null }), chart: { startedAt: null, live: false, curves: [] }, chat: [] }) }),
  'alone-local': () => ({
    view: local(view({ group: null, devices: [device({ simulated: true, pressable: true, rssi: null })], stage: stage({ stage: 'alone', lastEndedAt: null }), chart: { startedAt: null, live: false, curves: [] }, chat: [] })),
  }),
  'alone-first-start': () => ({
    view: local(view({ group: null, devices: [], stage: stage({ stage: 'alone', lastEndedAt: null }), chart: { startedAt: null, live: false, curves: [] }, chat: [] })),
  }),
  'alone-heating': () => ({
    view: seshing(11.4, { group: null, stage: stage({ stage: 'alone' }), chart: { startedAt: NOW - 11_400, live: true, curves: curves(11.4).filter((curve) => curve.me) } }),
  }),
  'alone-bad-code': () => ({
    view: view({ group: null, stage: stage({ stage: 'alone' }), chart: { startedAt: null, live: false, curves: [] } }),
    type: ['[data-test="join-code"]', 'not a code!'],
    tap: '[data-test="join-confirm"]',
  }),
  'create-group': () => ({
    view: view({ group: null, stage: stage({ stage: 'alone' }), chart: { startedAt: null, live: false, curves: [] } }),
    tap: '[data-test="create-group"]',
  }),
  joining: () => ({ view: view({ group: null, stage: stage({ stage: 'joining' }) }) }),
  chilling: () => ({ view: view() }),
  'chilling-first': () => ({
    view: local(view({
      devices: [device({ simulated: true, pressable: true, rssi: null })],
      group: group([member('me')], { seshCounter: 0, members: [member('me')] }),
      stage: stage({ counted: 1, lastEndedAt: null }),
      chart: { startedAt: null, live: false, curves: [] },
      chat: [],
    })),
  }),
  awaiting: () => ({ view: view(awaiting) }),
  'awaiting-profiles': () => ({ view: view(awaiting), tap: '[data-test="hero-profile"]' }),
  'awaiting-simulated': () => ({
    view: local(view({ ...awaiting, devices: [device({ simulated: true, pressable: true, name: 'Hearth Peak', rssi: null })] })),
  }),
  'awaiting-asleep': () => ({
    view: view({ ...awaiting, devices: [device({ activity: 'asleep' })] }),
  }),
  ready: () => ({
    view: view({
      devices: [device({ activity: 'selecting' }), POCKET],
      group: group([ready('me'), ready('mika'), ready('theo'), member('june'), member('sol')]),
      stage: stage({ stage: 'awaiting', ready: 3, counted: 4, meReady: true, askedBy: 'Mika' }),
      chat: [...CHAT, ASKED],
    }),
  }),
  countdown: () => ({
    view: view({
      devices: [device({ activity: 'selecting' }), POCKET],
      group: group([ready('me'), ready('mika'), ready('theo'), member('june'), ready('sol')]),
      stage: stage({ stage: 'countdown', ready: 4, counted: 4, meReady: true, startAt: NOW + 1500, armed: true, devices: 4 }),
      chat: [...CHAT, ASKED, GO],
    }),
  }),
  'counting-down': () => ({
    view: view({
      devices: [device({ activity: 'selecting' }), POCKET],
      group: group([ready('me'), ready('mika'), ready('theo'), member('june'), ready('sol')], { countdownMs: 20_000 }),
      stage: stage({ stage: 'countdown', callsOff: true, ready: 4, counted: 4, meReady: true, startAt: NOW + 13_500, armed: true, devices: 4 }),
      chat: [...CHAT, ASKED, COUNTS],
    }),
  }),
  'counting-down-without-me': () => ({
    view: view({
      group: group([member('me'), ready('mika'), ready('theo'), member('june'), ready('sol')], { countdownMs: 20_000 }),
      stage: stage({ stage: 'countdown', callsOff: true, ready: 3, counted: 4, startAt: NOW + 13_500, devices: 3 }),
      chat: [...CHAT, ASKED, COUNTS],
    }),
  }),
  'sitting-out': () => ({
    view: view({
      group: group([member('me'), ready('mika'), ready('theo'), member('june'), ready('sol')]),
      stage: stage({ stage: 'countdown', ready: 3, counted: 4, startAt: NOW + 1500, devices: 3 }),
      chat: [...CHAT, ASKED, GO],
    }),
  }),
  seshing: () => ({ view: seshing(11.4) }),
  active: () => ({
    view: seshing(34, {
      chat: [...CHAT, ASKED, GO, STARTED, say('mika', 0.2, 'oh that is smooth'), react('mika', '🔥'), react('mika', '🔥'), react('mika', '🔥'), react('theo', '💨')],
    }),
  }),
  fading: () => ({ view: seshing(63) }),
  after: () => ({
    view: view({
      group: group(undefined, { seshCounter: 15 }),
      stage: stage({ lastEndedAt: NOW - 20_000, skewMs: 84, lastSesh: '15' }),
      chat: [...CHAT, ASKED, GO, STARTED, system('sesh', 0.2, { text: 'That was sesh {number}', args: { number: 15 } })],
    }),
  }),
  watching: () => ({
    view: view({ devices: [], group: group([member('mika', { owner: true }), member('theo'), member('june'), member('sol')], { own: false, members: [{ ...watcher('me', 'Rowan'), me: true }, member('mika', { owner: true }), member('theo'), member('june'), member('sol')] }) }),
  }),
  away: () => ({ view: away('asked') }),
  'away-device': () => ({ view: away('device', { devices: [device({ activity: 'asleep' }), POCKET] }) }),
  'away-device-gone': () => ({ view: away('device', { devices: [device({ link: { state: 'away' }, activity: 'unknown', seenAt: NOW - 240_000 }), POCKET] }) }),
  'away-device-unconnected': () => ({ view: away('device', { devices: [device({ link: { state: 'off' }, activity: 'unknown' }), POCKET] }) }),
  'away-locked': () => ({ view: away('locked') }),
  'away-awaiting': () => ({
    view: away('device', {
      devices: [device({ activity: 'asleep' }), POCKET],
      group: group([member('me', { away: true }), ready('mika'), ready('theo'), ...rest], { awayBecause: 'device' }),
      stage: stage({ stage: 'awaiting', ready: 2, counted: 3, askedBy: 'Mika' }),
      chat: [...CHAT, ASKED],
    }),
  }),
  reconnecting: () => {
    const from = view({ group: group([member('me'), member('mika'), member('theo'), ...rest]) })
    return { view: { ...from, gateway: { ...from.gateway, state: 'reconnecting', latencyMs: null, retryAt: NOW + 2600 } } }
  },
  'reconnecting-heating': () => {
    const from = seshing(34)
    return { view: { ...from, gateway: { ...from.gateway, state: 'reconnecting', latencyMs: null, retryAt: NOW + 2600 } } }
  },
  resumed: () => {
    const from = view({ notices: [notice(4, 'success', 'Invite link copied')] })
    return { view: { ...from, gateway: { ...from.gateway, state: 'resumed' } } }
  },
  refused: () => {
    const from = view()
    return { view: { ...from, gateway: { ...from.gateway, state: 'refused', latencyMs: null } } }
  },
  suspended: () => ({ view: suspended(view()) }),
  'suspended-alone': () => ({ view: suspended(view({ group: null, stage: stage({ stage: 'alone', lastEndedAt: null }), chart: { startedAt: null, live: false, curves: [] }, chat: [] })) }),
  'device-lost': () => ({
    view: view({
      devices: [device({ link: { state: 'waiting', retryAt: NOW + 1800, problem: { code: 'link_lost', title: { text: 'The link to the device broke' }, advice: { text: 'Keep it near this computer. Hearth connects again by itself.' }, details: null } } }), POCKET],
      notices: [notice(2, 'warning', 'Your device may still be heating', 'Hearth lost the link to it and cannot stop it. Hold its button until it goes out.')],
    }),
  }),
  'device-lost-heating': () => ({ view: lostIn(34) }),
  'device-lost-alone': () => ({
    view: { ...lostIn(11.4, { state: 'setting_up', attempt: 2, step: 1, progress: null, times: [0.7] }), group: null, stage: stage({ stage: 'alone' }), chart: { startedAt: NOW - 11_400, live: true, curves: curves(11.4).filter((curve) => curve.me) } },
  }),
  charging: () => ({ view: view({ devices: [device({ charging: true, battery: 64, chargeEtaS: 2880 }), POCKET] }) }),
  asleep: () => ({ view: view({ devices: [device({ activity: 'asleep' }), POCKET] }) }),
  toasts: () => ({
    view: view({
      notices: [
        notice(1, 'error', 'Your device cannot heat now', 'No chamber is put on.'),
        notice(2, 'warning', '{name} is still heating', 'It is not the device in use, but Hearth started this heat and can stop it.', { name: 'Fern' }),
        notice(3, 'success', 'Saved to {folder}', '', { folder: 'Downloads' }),
      ],
    }),
  }),
  menu: () => ({ view: view(), tap: '[data-test="group-menu"]' }),
  'menu-member': () => ({ view: view({ group: guest([member('me', { mobile: true })]) }), tap: '[data-test="group-menu"]' }),
  'member-menu': () => ({ view: view(), tap: '[data-member-id="theo"] [data-test="member-menu"]' }),
  'member-menu-crowd': () => ({ view: view({ group: group([member('me'), ...CROWD]) }), tap: '[data-member-id="crowd-3"] [data-test="member-menu"]' }),
  people: () => ({ view: view(), people: true }),
  'people-menu': () => ({ view: view(), people: true, tap: '[data-member-id="pax"] [data-test="member-menu"]' }),
  'people-guest': () => ({ view: view({ group: guest() }), people: true }),
  'edit-group': () => ({ view: view(), ownerDialog: { about: 'edit' } }),
  'edit-group-countdown': () => ({ view: view({ group: group(undefined, { countdownMs: 20_000 }) }), ownerDialog: { about: 'edit' } }),
  'edit-group-elsewhere': () => ({ view: view({ gateway: { ...view().gateway!, choosesCountdown: false }, group: group(undefined, { countdownMs: null }) }), ownerDialog: { about: 'edit' } }),
  'edit-group-too-long': () => ({ view: view({ group: group(undefined, { public: true }) }), ownerDialog: { about: 'edit' }, type: ['[data-test="edit-name"]', 'Slow and golden, for the whole evening 🔥'] }),
  'delete-group': () => ({ view: view(), ownerDialog: { about: 'delete' } }),
  'kick-member': () => ({ view: view(), ownerDialog: { about: 'kick', member: 'theo' } }),
  'make-owner': () => ({ view: view(), ownerDialog: { about: 'owner', member: 'noor' } }),
  'kick-heating': () => ({ view: seshing(34), ownerDialog: { about: 'kick', member: 'theo' } }),
  strain: () => ({ view: seshing(34), tap: '.hst' }),
  chat: () => ({ view: seshing(34), tap: '[role="tab"]:nth-child(2)' }),
  crowd: () => ({ view: view({ group: group([member('me'), ...CROWD.slice(0, 7)]) }) }),
  'crowd-awaiting': () => ({ view: view({ group: group([ready('me'), ...STRANGE]), stage: stage({ stage: 'awaiting', ready: 9, counted: 11, meReady: true, askedBy: 'Mika' }), chat: [...CHAT, ASKED] }) }),
  'crowd-seshing': () => {
    const drawn = curves(34)
    const many = STRANGE.map((one, i) => ({ ...drawn[1 + (i % 3)]!, member: one.id, name: one.name, me: false }))
    return { view: seshing(34, { group: group([member('me', { activity: 'active' }), ...STRANGE.map((one) => ({ ...one, activity: 'active' as const }))]), chart: { startedAt: NOW - 34_000, live: true, curves: [...drawn.filter((curve) => curve.me), ...many] } }) }
  },
  'big-crowd': () => ({ view: view({ group: group([member('me'), ...CROWD], { name: 'A group with quite a long name for its header' }) }) }),
  celsius: () => ({ view: { ...seshing(34), settings: settings({ unit: 'celsius' }) } }),
  gone: () => ({ view: seshing(34), link: { state: 'down', retryAt: NOW + 1800 } }),
}
