// The names that Hearth gives where there is no other. The companion tells them in English, because it also keeps,
// records and sends them; here they are said in the language of the window. What did not change keeps its identity.

import type { ChartView, ChatLine, DeviceView, FoundDevice, GatewayView, GroupView, LobbyView, ScanView } from './contract'
import { t } from './tongue.svelte'

/** Stands for the gateway in this program. */
const LOCAL = 'local'

/** Somebody in a group. */
export const namedPerson = (name: string): string => (name === 'Guest' ? t('Guest') : name)

function model(name: string): string {
  if (!name.startsWith('Model ')) return name
  const code = /^Model (\d+)$/.exec(name)?.[1]
  return code === undefined ? name : t('Model {code}', { code })
}

/** The same list when nothing in it is said otherwise. */
function each<T extends object>(list: readonly T[], said: (one: T) => Partial<T>): T[] {
  let now: T[] | null = null
  for (let i = 0; i < list.length; i++) {
    const one = list[i]!
    const change = said(one)
    if (!differs(one, change)) continue
    now ??= [...list]
    now[i] = { ...one, ...change }
  }
  return now ?? (list as T[])
}

function differs<T extends object>(one: T, change: Partial<T>): boolean {
  for (const key in change) if (change[key] !== one[key]) return true
  return false
}

const within = <T extends object>(whole: T, change: Partial<T>): T => each([whole], () => change)[0]!

export const namedGroup = (group: GroupView): GroupView =>
  within(group, { members: each(group.members, ({ name, model: what }) => ({ name: namedPerson(name), model: what === null ? null : model(what) })) })

export const namedChart = (chart: ChartView): ChartView => within(chart, { curves: each(chart.curves, ({ name }) => ({ name: namedPerson(name) })) })

export const namedChat = (chat: readonly ChatLine[]): ChatLine[] => each(chat, ({ name }) => ({ name: name === null ? null : namedPerson(name) }))

export const namedDevices = (devices: readonly DeviceView[]): DeviceView[] => each(devices, ({ model: what }) => ({ model: model(what) }))

const gateway = (url: string, name: string): string => (url === LOCAL ? t('On this computer') : name)

export const namedGateway = (view: GatewayView): GatewayView =>
  within(view, { name: gateway(view.url, view.name), choices: each(view.choices, ({ url, name }) => ({ name: gateway(url, name) })) })

export const namedLobby = (lobby: LobbyView): LobbyView =>
  within(lobby, { recent: each(lobby.recent, ({ gateway: url, gatewayName }) => ({ gatewayName: gateway(url, gatewayName) })) })

const found = ({ name, model: what }: FoundDevice): Partial<FoundDevice> => ({
  name: name === 'Unnamed device' ? t('Unnamed device') : name,
  model: what === 'Perhaps a Puffco' ? t('Perhaps a Puffco') : what,
})

export const namedScan = (scan: ScanView): ScanView => within(scan, { found: each(scan.found, found) })
