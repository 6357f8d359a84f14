// Words and small sums of the community screen: what a gateway's state is called, what a name may be made of, how a
// message is understood. Nothing here is drawn.

import type { BrokerClient, BrokerView, CommunityGateway, CommunityKind, CommunityRefusal, CommunityState, DeviceView, Permission, ServiceView } from './contract'
import { figure } from './figures'
import { t, msg } from './tongue.svelte'
import { secondsUntil } from './words'

/** The longest name that Hearth takes. */
export const NAME_MOST = 32
/** The longest message that Hearth sends, bytes. */
export const MESSAGE_MOST = 16_000

/** What a service is called; its name may be nothing at all. */
export const serviceTitle = (service: Pick<ServiceView, 'name' | 'nickname'>): string => service.nickname?.trim() || service.name.trim() || t('Service without a name')

/** What a service is called in front of whom it may belong to: a device of one's own has its own name. */
export function titleIn({ sharing }: Pick<BrokerView, 'sharing'>, service: Pick<ServiceView, 'name' | 'nickname' | 'mine'>, devices: readonly DeviceView[]): string {
  const shared = service.mine ? sharing.services.find((each) => each.service === service.name) : undefined
  return (shared && deviceName(shared.device, devices)) ?? serviceTitle(service)
}

/** A device may be known under another id by now. */
export const deviceName = (id: string, devices: readonly DeviceView[]): string | undefined =>
  devices.find((device) => device.id === id || device.formerIds.includes(id))?.name

/** What a client is called. */
export const clientTitle = (client: Pick<BrokerClient, 'name' | 'nickname'>): string => client.nickname?.trim() || client.name

/** `Connected`, `Retry in 8 s` */
export function stateWords(state: CommunityState, now: number): string {
  switch (state.state) {
    case 'off':
      return t('Off')
    case 'connecting':
      return t('Connecting')
    case 'connected':
      return t('Connected')
    case 'waiting':
      return state.retryAt <= now ? t('Connecting') : t('Retry in {seconds} s', { seconds: secondsUntil(state.retryAt, now) })
    case 'refused':
      return state.why === 'sign_in_again' ? t('Signed out') : t('Refused')
  }
}

/** What changed, for those who listen; the seconds of a wait are not among it. */
export function announcement(gateway: CommunityGateway): string {
  const { name, state } = gateway
  switch (state.state) {
    case 'off':
      return t('{name} is off', { name })
    case 'connecting':
      return t('{name} is connecting', { name })
    case 'connected':
      return t('{name} is connected', { name })
    case 'waiting':
      return t('{name} is not answering', { name })
    case 'refused':
      if (state.why === 'sign_in_again') return t('{name}: you are signed out', { name })
      return t('{name} refused: {why}', { name, why: t(refusal(gateway, state.why).title) })
  }
}

export type Tone = 'ok' | 'warn' | 'bad' | ''
export const TONES: Record<CommunityState['state'], Tone> = { off: '', connecting: '', connected: 'ok', waiting: 'warn', refused: 'bad' }

/** Why a gateway will not have us, what helps, and what to mend where that is another name, secret or password. To be said with `t`. */
interface Refusal {
  title: string
  advice: string
  mend?: string
}
const REFUSALS: Record<CommunityRefusal, Refusal> = {
  name_taken: { title: msg('Somebody has your name there'), advice: msg('Choose another one, or try again when they are gone.'), mend: msg('Change the name') },
  bad_name: { title: msg('It does not take this name'), advice: msg('Letters, digits and _ work everywhere.'), mend: msg('Change the name') },
  bad_secret: { title: msg('It wants another secret'), advice: msg('Ask whoever runs it, then type it in.'), mend: msg('Type a secret') },
  wrong_password: { title: msg('Name and password do not fit'), advice: msg('One of the two is another one there.'), mend: msg('Type them again') },
  suspended: { title: msg('Your account is suspended'), advice: msg('Whoever runs the server can tell you why.') },
  registration_closed: { title: msg('It takes nobody new'), advice: msg('Whoever runs the server can make you an account. Then sign in.'), mend: msg('Sign in') },
  crowded: { title: msg('You are connected there too often'), advice: msg('Disconnect elsewhere, then try again.') },
  sign_in_again: { title: msg('You are signed out'), advice: msg('Hearth does not keep this password, or it has changed.'), mend: msg('Type the password') },
  version: { title: msg('It speaks another version'), advice: msg('One of the two needs an update.') },
  protocol: { title: msg('It did not understand Hearth'), advice: msg('Perhaps something else answers at this address.') },
}
/** Names on a chat server are those of accounts, which stay taken. */
const OF_ACCOUNTS: Partial<Record<CommunityRefusal, Refusal>> = {
  name_taken: { title: msg('This name is taken'), advice: msg('Choose another one for your account.'), mend: msg('Change the name') },
}
/** A token is the only key to a name, and nobody gets another one. */
const OF_TOKENS: Partial<Record<CommunityRefusal, Refusal>> = {
  ...OF_ACCOUNTS,
  wrong_password: { title: msg('It does not take this token'), advice: msg('Type all of it, or take another name.'), mend: msg('Another name or token') },
  sign_in_again: { title: msg('The token was not kept'), advice: msg('Only the token proves that the name is yours. Without it the name is lost: take another one.'), mend: msg('Another name or token') },
}
export const refusal = ({ account }: Pick<CommunityGateway, 'account'>, why: CommunityRefusal): Refusal =>
  (account === 'token' ? OF_TOKENS[why] : account === 'password' ? OF_ACCOUNTS[why] : undefined) ?? REFUSALS[why]

/** What a kind of gateway is called, and what it is for. The latter to be said with `t`. */
export const KINDS: Record<CommunityKind, { name: string; what: string; example: string }> = {
  together: { name: 'Together', what: msg('Rooms to talk in, on a server that people share.'), example: 'together.example' },
  emagine: { name: 'E-Magine', what: msg('Questions and streams to talk about, found by their numbers.'), example: 'emagine.example' },
  i386chat: { name: 'i386chat', what: msg('Rooms, one at a time. A name is all that you need.'), example: 'i386chat.example' },
  concierge: { name: 'Concierge', what: msg('Live data between programs: a light, a Stream Deck, a simulation.'), example: 'ws://192.168.1.20:64209' },
}

/** What is wrong with a name that is typed; nothing is wrong with one that was not begun. */
export function nameProblem(name: string): string {
  if (name === '' || /^[\p{Alphabetic}\p{N}_]+$/u.test(name)) return ''
  const fixed = tidyName(name)
  return fixed === '' ? t('Only letters, digits and _.') : t('Only letters, digits and _, as in {name}.', { name: fixed })
}

/** A name of what was typed that every gateway takes. */
export const tidyName = (text: string): string =>
  text
    .trim()
    .replace(/[^\p{Alphabetic}\p{N}_]+/gu, '_')
    .replace(/^_+$/, '')

/** What a client may do, short. To be said with `t`. */
export const PERMISSIONS: Record<Permission, { name: string; what: string }> = {
  take: { name: msg('May take part'), what: msg('ask, ready, stop') },
  heat: { name: msg('May also start heats'), what: msg('ask, ready, stop, heat') },
}

/** `30`, `0.4`: how often, with a digit more where that matters. */
export function often(rate: number): string {
  const tenths = Math.round(rate * 10) / 10
  return figure(tenths, tenths < 10 && !Number.isInteger(tenths) ? 1 : 0)
}

/** `30/s` */
export const perSecond = (rate: number): string => t('{rate}/s', { rate: often(rate) })

/** How long a message is once it goes: what is no JSON goes as a JSON string. */
export const bytesOf = (text: string): number => new TextEncoder().encode(isJson(text) ? text.trim() : JSON.stringify(text.trim())).length

/** How what was typed will be understood. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** JSON with room to read it in; as it is when it is none, or was cut. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** A line over the last seconds in a box of `width` × `height`, from zero up. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values)
  const step = width / Math.max(1, values.length - 1)
  return values.map((value, i) => `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${(height - (value / most) * height).toFixed(1)}`).join('')
}
