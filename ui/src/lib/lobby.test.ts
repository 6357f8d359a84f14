import { describe, expect, it } from 'vitest'
import type { GatewayView, LobbyGroup } from './contract'
import { GROUPS, lobby } from './demo/lobby'
import { view } from './demo/session'
import { arrange, fits, knowledge, publicGateway, type Row, unique, type Wanted } from './lobby'

const ALL: Wanted = { text: '', filter: 'all' }
const names = (rows: readonly Row[]) => rows.map((row) => row.group.name)
const change = (code: string, to: Partial<LobbyGroup>) => GROUPS.map((group) => (group.code === code ? { ...group, ...to } : group))

describe('rows', () => {
  it('are those who wait first, then those to watch, else as the gateway told them', () => {
    expect(names(arrange(GROUPS, ALL, null))).toEqual(['Golden Goat', 'Proxy people', 'Late shift', 'Morning porch', 'Lemon Tree society', 'Quiet room'])
  })

  it('keep their places while the list is held, with what is true now', () => {
    const before = arrange(GROUPS, ALL, null)
    const held = arrange(change('qu1etr', { stage: 'awaiting', seshers: 3 }), ALL, before)
    expect(names(held)).toEqual(names(before))
    expect(held.at(-1)!.group).toMatchObject({ stage: 'awaiting', seshers: 3 })
    expect(names(arrange(change('qu1etr', { stage: 'awaiting' }), ALL, null))[2]).toBe('Quiet room')
  })

  it('of groups that closed stay as gone while the list is held, and new ones come last', () => {
    const before = arrange(GROUPS, ALL, null)
    const fresh: LobbyGroup = { ...GROUPS[0]!, code: 'new111', name: 'New', stage: 'awaiting' }
    const held = arrange([...GROUPS.filter((group) => group.code !== 'g0ldn5'), fresh], ALL, before)
    expect(held[0]).toMatchObject({ gone: true, group: { name: 'Golden Goat' } })
    expect(held.at(-1)!.group.name).toBe('New')
    expect(held.filter((row) => row.gone)).toHaveLength(1)
    // One that comes back is there again.
    expect(arrange(GROUPS, ALL, held)[0]!.gone).toBe(false)
  })

  it('that do not fit any more stay while the list is held', () => {
    const waiting: Wanted = { text: '', filter: 'awaiting' }
    const before = arrange(GROUPS, waiting, null)
    expect(names(arrange(change('g0ldn5', { stage: 'seshing' }), waiting, before))).toEqual(['Golden Goat', 'Proxy people'])
    expect(names(arrange(change('g0ldn5', { stage: 'seshing' }), waiting, null))).toEqual(['Proxy people'])
  })

  it('are one for each group, also when the gateway tells one twice', () => {
    expect(arrange([...GROUPS, ...GROUPS], ALL, null)).toHaveLength(GROUPS.length)
    expect(unique([1, 2, 1, 3], String)).toEqual([1, 2, 3])
  })
})

describe('the search', () => {
  const cafe: LobbyGroup = { ...GROUPS[0]!, name: 'Café Crème', code: 'c4f3cr' }
  it.each(['cafe', 'CREME', 'crè caf', '  c4f3 '])('finds Café Crème by %j', (text) => {
    expect(fits(cafe, { text, filter: 'all' })).toBe(true)
  })
  it.each(['coffee', 'cafe society', '.*'])('does not find it by %j', (text) => {
    expect(fits(cafe, { text, filter: 'all' })).toBe(false)
  })
})

describe('groups are known', () => {
  const gateway = (state: GatewayView['state']): GatewayView => ({ ...view().gateway, state })
  it.each([
    ['connected', 1, true, 'live'],
    ['resumed', 1, true, 'live'],
    ['connected', null, true, 'loading'],
    ['connecting', null, true, 'loading'],
    ['connecting', 1, true, 'old'],
    ['reconnecting', 1, true, 'old'],
    ['reconnecting', null, true, 'none'],
    ['refused', null, true, 'none'],
    ['offline', 1, true, 'old'],
    ['connected', 1, false, 'old'],
    ['connected', null, false, 'none'],
  ] as const)('with the gateway %s, told at %s, linked %s: %s', (state, asOf, linked, known) => {
    expect(knowledge(gateway(state), lobby({ asOf }), linked)).toBe(known)
  })

  it('of strangers on the gateway in use, or else on the first that is not in this program', () => {
    const { gateway } = view()
    expect(publicGateway(gateway)?.name).toBe('Commons')
    expect(publicGateway({ ...gateway, url: 'local', simulatedFriends: true })?.name).toBe('puff.social')
    expect(publicGateway({ ...gateway, simulatedFriends: true, choices: [] })).toBeNull()
  })
})
