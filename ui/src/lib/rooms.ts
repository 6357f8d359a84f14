// Words and small sums of chat rooms: who is told apart by which colour, which lines belong together, what a day is
// called. Nothing here is drawn.

import type { ChatChannel, ChatPerson, ChatServer, CommunityContent, CommunityGateway, LongestLine, PersonStatus, RoomLine } from './contract'
import { dated } from './figures'
import { msg, t } from './tongue.svelte'

export type Broker = CommunityGateway & { content: Extract<CommunityContent, { kind: 'concierge' }> }
export type ChatGateway = CommunityGateway & { content: Exclude<CommunityContent, { kind: 'concierge' }> }
export const isBroker = (gateway: CommunityGateway): gateway is Broker => gateway.content.kind === 'concierge'
export const hasChat = (gateway: CommunityGateway): gateway is ChatGateway => gateway.content.kind !== 'concierge'

/** With less room left than this, the person is told how much there is. */
const COUNT_BELOW = 400
/** The longest name of a server or a channel, characters. */
export const TITLE_MOST = 100
/** The longest text that people say of themselves, characters. */
export const STATUS_MOST = 128

/** Names and passwords of new accounts, characters. */
const ACCOUNT_NAME = { least: 3, most: 32 }
const PASSWORD = { least: 8, most: 128 }

export const lengthOf = (text: string): number => [...text].length

/** Of a line: how many characters, or bytes where these are what runs out, are left. */
export function roomIn(longest: LongestLine, text: string): { left: number; bytes: boolean } {
  const left = longest.characters - lengthOf(text)
  const bytes = longest.bytes === null ? Infinity : longest.bytes - (new TextEncoder().encode(JSON.stringify(text)).length - 2)
  return bytes < left ? { left: bytes, bytes: true } : { left, bytes: false }
}

/** `12 characters left`; nothing while there is plenty of room. */
export function roomWords({ left, bytes }: ReturnType<typeof roomIn>): string {
  if (left >= COUNT_BELOW) return ''
  if (bytes) return left < 0 ? t('{count} bytes too many', { count: -left }) : t('{count} bytes left', { count: left })
  return left < 0 ? t('{count} characters too many', { count: -left }) : t('{count} characters left', { count: left })
}

/** What keeps an account from being made under this name. */
export function accountNameProblem(name: string): string {
  const length = lengthOf(name.trim())
  if (length < ACCOUNT_NAME.least) return t('{least} to {most} characters.', ACCOUNT_NAME)
  return length > ACCOUNT_NAME.most ? t('At most {count} characters.', { count: ACCOUNT_NAME.most }) : ''
}

/** What keeps an account from being made with this password. */
export function passwordProblem(password: string): string {
  const missing = PASSWORD.least - lengthOf(password)
  if (missing === PASSWORD.least) return t('At least {count} characters.', { count: PASSWORD.least })
  if (missing > 0) return t('{count} more characters.', { count: missing })
  return lengthOf(password) > PASSWORD.most ? t('At most {count} characters.', { count: PASSWORD.most }) : ''
}

/** A channel and the server that it is of. */
export function channelIn(gateway: ChatGateway, id: string): { server: ChatServer; channel: ChatChannel } | null {
  for (const server of gateway.content.servers) {
    const channel = server.channels.find((each) => each.id === id)
    if (channel) return { server, channel }
  }
  return null
}

/** Whether this person can talk there: anywhere, or only in the one place where they are. */
export const isHere = ({ content }: ChatGateway, server: Pick<ChatServer, 'id'>): boolean => content.can.many || content.here === server.id

/** Lines that nobody here has read, on all gateways that are switched on. */
export const unreadOf = (gateways: readonly CommunityGateway[]): number =>
  gateways.flatMap((gateway) => (hasChat(gateway) && gateway.state.state !== 'off' ? gateway.content.servers : [])).reduce((sum, server) => sum + server.unread, 0)

/** `7`, `99+` */
export const badge = (count: number): string => (count > 99 ? '99+' : String(count))

/** Channels by their heading, in the order of the headings. */
export function underHeadings(channels: readonly ChatChannel[]): { heading: string | null; channels: ChatChannel[] }[] {
  const groups = new Map<string | null, ChatChannel[]>()
  for (const channel of channels) groups.set(channel.category, [...(groups.get(channel.category) ?? []), channel])
  return [...groups].map(([heading, within]) => ({ heading, channels: within }))
}

/** To be said with `t`. */
export const PRESENCE: Record<PersonStatus, string> = {
  online: msg('Online'),
  idle: msg('Idle|a person'),
  dnd: msg('Do not disturb'),
  offline: msg('Offline|a person'),
}

/** What stands under a name: what they say, else what the dot alone would not tell. */
export const statusWords = (person: Pick<ChatPerson, 'status' | 'customStatus'>): string =>
  person.customStatus?.trim() || (person.status === 'idle' || person.status === 'dnd' ? t(PRESENCE[person.status]) : '')

/** `Noor is typing` */
export function typingWords(names: readonly string[]): string {
  const [one = '', other = ''] = names
  if (names.length === 0) return ''
  if (names.length === 1) return t('{name} is typing', { name: one })
  return names.length === 2 ? t('{one} and {other} are typing', { one, other }) : t('Several people are typing')
}

const LIGHTS = ['#3d7bff', '#ffc400', '#10d8c4', '#7a45ff', '#ff3d92', '#5fe04a', '#ff7a3d', '#c850ff', '#38b6ff', '#a8c820']

/** A colour for somebody of whom no light is known: the same wherever they show up. */
export function lightOf(id: string): string {
  let sum = 0
  for (const char of id) sum = (Math.imul(sum, 31) + char.codePointAt(0)!) | 0
  return LIGHTS[Math.abs(sum) % LIGHTS.length]!
}

const segmenter = new Intl.Segmenter()

/** The letter that stands for a name; marks that belong to a letter stay with it. */
export function initial(name: string): string {
  const [first] = segmenter.segment(name.trim())
  return first?.segment.toLocaleUpperCase() ?? ''
}

/** How long somebody goes on speaking without being named again. */
const TOGETHER_MS = 5 * 60_000
const dayOf = (at: number) => new Date(at).toDateString()

export interface Row {
  line: RoomLine
  /** A day begins with it. */
  day: boolean
  /** The same person goes on. */
  continued: boolean
  /** What is new begins with it. */
  fresh: boolean
}

/** Lines as they are drawn: by author and by day. */
export function rowsOf(lines: readonly RoomLine[], newFrom: string | null): Row[] {
  return lines.map((line, i) => {
    const before = lines[i - 1]
    const day = before === undefined || dayOf(before.at) !== dayOf(line.at)
    const fresh = line.id === newFrom
    const same = before !== undefined && before.mine === line.mine && before.author === line.author && before.authorId === line.authorId
    return { line, day, fresh, continued: same && !day && !fresh && line.replyTo === null && Math.abs(line.at - before.at) < TOGETHER_MS }
  })
}

/** `Today`, `Yesterday`, `Thursday, 19 November` */
export function dayWords(at: number, now: number): string {
  const midnight = (moment: number) => new Date(moment).setHours(0, 0, 0, 0)
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000)
  if (days === 0) return t('Today')
  if (days === 1) return t('Yesterday')
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' as const }
  return dated(at, { weekday: 'long', day: 'numeric', month: 'long', ...year })
}
