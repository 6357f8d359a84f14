// Fixtures of the lobby: a gateway with public groups, one without, one that is away, and hosting on this computer.

import type { GatewayView, HostView, LanGateway, LobbyGroup, LobbyView, Notice, RecentGroup, View } from '../contract'
import type { Fixture } from './fixture'
import { device, NOW } from './people'
import { group as mine, seshing, stage, view } from './session'

const hours = (count: number) => NOW - count * 3600_000

const open = (code: string, name: string, phase: LobbyGroup['stage'], seshers: number, watchers: number, seshCounter: number): LobbyGroup => ({
  code,
  name,
  stage: phase,
  seshers,
  watchers,
  seshCounter,
})

export const GROUPS: LobbyGroup[] = [
  open('m4rn1g', 'Morning porch', 'chilling', 3, 1, 9),
  open('g0ldn5', 'Golden Goat', 'awaiting', 5, 2, 41),
  open('l8sh1f', 'Late shift', 'seshing', 4, 6, 112),
  open('l3m0nt', 'Lemon Tree society', 'chilling', 6, 0, 27),
  open('pr0xyp', 'Proxy people', 'awaiting', 2, 0, 3),
  open('qu1etr', 'Quiet room', 'chilling', 0, 2, 64),
]

const RECENT: RecentGroup[] = [
  { gateway: 'wss://commons.example', gatewayName: 'Commons', code: 'q7xk2m', name: 'Sunday slow burn', at: hours(22) },
  { gateway: 'ws://192.168.1.31:9420', gatewayName: 'Basement LAN', code: 'b3m9ta', name: 'Blue Dream', at: hours(50) },
]

const NETWORK: LanGateway[] = [
  { id: 'theo', name: 'Basement LAN', host: "Theo's computer", url: 'ws://192.168.1.31:9420', groups: 1, people: 2 },
]

/** A square that looks like a code, for pictures. */
function code(size: number): string {
  const quiet = 4
  const end = size - 2 * quiet
  const corner = (x: number, y: number) => {
    const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3))
    return ring > 4 ? null : ring === 3 || ring < 2
  }
  let path = ''
  let seed = 7
  for (let y = 0; y < end; y++) {
    for (let x = 0; x < end; x++) {
      seed = (seed * 1103515245 + 12345) % 2147483648
      const dark = corner(x, y) ?? corner(end - 1 - x, y) ?? corner(x, end - 1 - y) ?? seed > 1073741824
      if (dark) path += `M${x + quiet} ${y + quiet}h1v1h-1z`
    }
  }
  return path
}

export const HOST: HostView = { state: 'off', name: '', addresses: [], qr: null, qrSize: 0, guests: 0, scripts: { on: true, address: null, secret: false, secretLost: false }, problem: null }
const RUNNING: HostView = {
  state: 'running',
  name: "Rowan's computer",
  addresses: ['ws://192.168.1.24:9420', 'ws://10.8.0.3:9420'],
  qr: code(33),
  qrSize: 33,
  guests: 2,
  scripts: { on: true, address: 'ws://192.168.1.24:9420/ws', secret: false, secretLost: false },
  problem: null,
}
const hosting = (scripts: Partial<HostView['scripts']>): Partial<LobbyView> => ({ groups: GROUPS.slice(0, 1), host: { ...RUNNING, scripts: { ...RUNNING.scripts, ...scripts } } })
const FAILED: HostView = {
  ...HOST,
  state: 'failed',
  problem: { code: 'no_network', title: { text: 'This computer is in no network' }, advice: { text: 'Connect it to one, then host again.' }, details: null },
}

export const lobby = (change: Partial<LobbyView> = {}): LobbyView => ({ groups: GROUPS, asOf: NOW - 2000, recent: RECENT, network: NETWORK, host: HOST, ...change })

const ALONE: Partial<View> = { group: null, stage: stage({ stage: 'alone', lastEndedAt: null }), chart: { startedAt: null, live: false, curves: [] }, chat: [] }

/** The lobby, out of any group. */
export function around(change: Partial<LobbyView> = {}, gateway: Partial<GatewayView> = {}, rest: Partial<View> = {}): Fixture {
  const from = view({ ...ALONE, lobby: lobby(change), ...rest })
  return { view: { ...from, gateway: { ...from.gateway, ...gateway } }, screen: 'lobby' }
}

const away: Partial<GatewayView> = { state: 'reconnecting', latencyMs: null, retryAt: NOW + 2600 }
const NO_SUCH: Notice = { id: 9, kind: 'error', code: 'no_such_group', title: { text: 'No group has this code' }, advice: { text: 'Check the code with your friend; groups close when everyone has left.' }, device: null }
const here: Partial<GatewayView> = { url: 'ws://127.0.0.1:9420', name: 'Rowan’s den', latencyMs: 1 }
const OLD = new Date(NOW).setHours(9, 2, 0, 0)

export const LOBBY: Record<string, () => Fixture> = {
  lobby: () => around(),
  'lobby-loading': () => around({ groups: [], asOf: null, recent: [], network: [] }, { state: 'connecting', latencyMs: null }),
  'lobby-empty': () => around({ groups: [], recent: [], network: [] }),
  'lobby-nothing-fits': () => ({ ...around(), type: ['[data-test="search"]', 'rosin'] }),
  'lobby-awaiting': () => ({ ...around(), tap: '[data-test="lobby-filter"] [role="radio"]:nth-child(2)' }),
  'lobby-offline': () => around({ asOf: OLD }, away),
  'lobby-down': () => around({ groups: [], asOf: null }, away),
  'lobby-refused': () => around({ groups: [], asOf: null }, { state: 'refused', latencyMs: null }),
  'lobby-resumed': () => around({}, { state: 'resumed' }),
  'lobby-gone': () => ({ ...around({ asOf: OLD }), link: { state: 'down', retryAt: NOW + 1800 } }),
  'lobby-starting-host': () => around({ host: { ...HOST, state: 'starting' } }),
  'lobby-hosting': () => around({ groups: GROUPS.slice(0, 1), host: RUNNING }, here),
  'lobby-hosting-secret': () => ({ ...around(hosting({ secret: true }), here), then: { event: 'host_secret', secret: 'k7qm-x2fa-9rtd-p4wn' } }),
  'lobby-hosting-hidden': () => around(hosting({ secret: true }), here),
  'lobby-hosting-lost': () => around(hosting({ secret: true, address: null, secretLost: true }), here),
  'lobby-hosting-closed': () => around(hosting({ on: false, address: null }), here),
  'lobby-stopping-host': () => around({ host: { ...RUNNING, state: 'stopping' } }, here),
  'lobby-host-failed': () => around({ host: FAILED }),
  'lobby-host-end': () => ({ ...around({ groups: GROUPS.slice(0, 1), host: RUNNING }, here), tap: '[data-test="host-here"]' }),
  'lobby-bad-code': () => ({ ...around(), type: ['[data-test="join-code"]', 'q7xk2n'], then: { event: 'notices', notices: [NO_SUCH] } }),
  'lobby-no-code': () => ({ ...around(), type: ['[data-test="join-code"]', 'see you at nine!'], tap: '[data-test="join-confirm"]' }),
  'lobby-pasted-address': () => ({ ...around(), type: ['[data-test="join-code"]', 'ws://192.168.1.31:9420'] }),
  'lobby-forgetful': () => around({ recent: [] }),
  'lobby-in-group': () => around({ groups: [{ ...open('q7xk2m', 'Sunday slow burn', 'chilling', 5, 2, 14) }, ...GROUPS] }, {}, { group: mine(undefined, { public: true }), stage: stage() }),
  'lobby-leave': () => ({ ...around({}, {}, { group: mine(), stage: stage() }), leaveFor: { command: 'join_group', code: 'g0ldn5' } }),
  'lobby-heating': () => ({ view: seshing(11.4, { lobby: lobby() }), screen: 'lobby' }),
  'lobby-long-names': () =>
    around({
      groups: [
        { ...open('x1', 'A very long name of a group, 32 c', 'seshing', 123, 456, 12_345) },
        { ...open('x2', '🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥', 'awaiting', 1, 0, 0) },
        { ...open('x3', 'Donaudampfschifffahrtsgesellscha', 'chilling', 0, 0, 1) },
      ],
      network: [{ id: 'long', name: 'The gateway in the workshop behind the house', host: 'a-computer-with-a-name-that-goes-on-and-on', url: 'ws://192.168.178.131:9420', groups: null, people: null }],
    }),
  'alone-recent': () => ({ ...around(), screen: 'session' }),
  'lobby-no-device': () => around({}, {}, { devices: [] }),
  'lobby-local': () => around({ groups: [], network: [] }, { url: 'local', name: 'On this computer', simulatedFriends: true, latencyMs: 1 }, { devices: [device({ simulated: true, pressable: true, rssi: null })] }),
}
