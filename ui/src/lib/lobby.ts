// The lobby as rows: which public groups are shown in which order, and how well they are known.

import type { GatewayView, LobbyGroup, LobbyView } from './contract'
import { isOnline } from './words'

export type Filter = 'all' | 'awaiting' | 'seshing'

/** What the person looks for. */
export interface Wanted {
  text: string
  filter: Filter
}

export interface Row {
  group: LobbyGroup
  /** It closed while its row was pointed at. */
  gone: boolean
}

/** Those who wait come first, then those to watch. */
const RANK: Partial<Record<LobbyGroup['stage'], number>> = { awaiting: 0, seshing: 1 }
const rank = (group: LobbyGroup) => RANK[group.stage] ?? 2

/** Without case and accents: `Café` is found by `cafe`. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

export function fits(group: LobbyGroup, { text, filter }: Wanted): boolean {
  if (filter !== 'all' && group.stage !== filter) return false
  const words = plain(text).split(/\s+/).filter(Boolean)
  const said = `${plain(group.name)} ${plain(group.code)}`
  return words.every((word) => said.includes(word))
}

/** One row for each, also when the gateway tells one twice. */
export function unique<T>(list: readonly T[], key: (item: T) => string): T[] {
  const seen = new Set<string>()
  return list.filter((item) => !seen.has(key(item)) && seen.add(key(item)))
}

/**
 * The rows to show. While the list is held (`before` are its rows), every row keeps its place: what closed stays
 * as gone, what is new comes last. Otherwise they are in order, those of the same stage as the gateway told them.
 */
export function arrange(groups: readonly LobbyGroup[], wanted: Wanted, before: readonly Row[] | null): Row[] {
  const known = unique(groups, (group) => group.code)
  const fresh = known.filter((group) => fits(group, wanted)).sort((a, b) => rank(a) - rank(b))
  if (!before) return fresh.map((group) => ({ group, gone: false }))
  const now = new Map(known.map((group) => [group.code, group]))
  const kept = before.map((row) => {
    const group = now.get(row.group.code)
    return group ? { group, gone: false } : { ...row, gone: true }
  })
  const shown = new Set(before.map((row) => row.group.code))
  return [...kept, ...fresh.filter((group) => !shown.has(group.code)).map((group) => ({ group, gone: false }))]
}

/**
 * How well the groups are known: as they are now (`live`), not told yet, as they were (`old`), or not at all.
 * A companion that is gone (`linked` is false) tells nothing new.
 */
export type Knowledge = 'live' | 'loading' | 'old' | 'none'

export function knowledge(gateway: GatewayView, lobby: LobbyView, linked: boolean): Knowledge {
  if (linked && isOnline(gateway)) return lobby.asOf === null ? 'loading' : 'live'
  if (lobby.asOf !== null) return 'old'
  return linked && gateway.state === 'connecting' ? 'loading' : 'none'
}

/** The gateway where strangers meet: the one in use, or, in place of the one in this program, the first other one. */
export function publicGateway(gateway: GatewayView): { url: string; name: string } | null {
  return gateway.simulatedFriends ? (gateway.choices.find((choice) => choice.url !== 'local') ?? null) : gateway
}
