// Words and small sums of voice: how people in the room are connected, what the bar says, what is told to those who
// listen. Nothing here is drawn.

import type { ChatChannel, ChatServer, CommunityGateway, GroupView, MemberView, VoiceLink, VoicePeer, VoicePlace, VoiceView } from './contract'
import type { IconName } from './icons'
import { msg, t } from './tongue.svelte'
import { names } from './words'

/** Eight hear each other at most: each sends to each. */
export const MOST_PEOPLE = 8

/** The loudest that somebody can be made, percent. */
export const LOUDEST = 200
export const VOLUME = { low: 0, high: LOUDEST, step: 10 }

/** In the room, also while the gateway is looked for. */
export const isIn = (voice: VoiceView): boolean => voice.stage.stage === 'in' || voice.stage.stage === 'rejoining'

/** On the way into a room, or in one. */
export const isThere = (voice: VoiceView): boolean => isIn(voice) || voice.stage.stage === 'joining'

/** The microphone hears this person now. */
export const isOpen = (voice: VoiceView): boolean => voice.microphone.state === 'open'

/** In the room of the group, or on the way. */
export const isInSesh = (voice: VoiceView): boolean => isThere(voice) && voice.place?.sesh === true

/** Who of the room a member of the group is, while this person is in it. */
export const peerOf = (voice: VoiceView | null, member: Pick<MemberView, 'id'>): VoicePeer | null =>
  voice && isIn(voice) && voice.place?.sesh ? (voice.people.find((peer) => peer.member === member.id) ?? null) : null

/** Who of the room somebody of a chat server is, while this person is in it. */
export const peerIn = (voice: VoiceView | null, place: boolean, id: string): VoicePeer | null => (voice && place && isIn(voice) ? (voice.people.find((peer) => peer.id === id) ?? null) : null)

/** The room of a channel is the one that this person is in, joins, or could not join. */
export function isPlace(place: VoicePlace | null, gateway: Pick<CommunityGateway, 'id'>, server: Pick<ChatServer, 'sesh'>, channel: Pick<ChatChannel, 'id'>, group: Pick<GroupView, 'code'> | null): boolean {
  if (place === null || place.channel !== channel.id) return false
  return place.community === null ? server.sesh !== null && server.sesh === group?.code : place.community === gateway.id
}

/** Others of the group who are in its voice room, by name. */
export const othersInVoice = (group: GroupView): string[] => group.members.filter((member) => member.inVoice && !member.me).map((member) => member.name)

/** To be said with `t`; a way that is as it should be needs no word. */
const LINKS: Record<VoiceLink, string> = {
  connecting: msg('Connecting'),
  direct: '',
  relayed: msg('By a relay'),
  lost: msg('Connecting again'),
  unreachable: msg('Cannot be reached'),
}

/** Something keeps this person from hearing them. */
export const isTroubled = (peer: VoicePeer): boolean => peer.link === 'lost' || peer.link === 'unreachable' || peer.lossyPercent !== null

const lossWords = (percent: number) => t('{percent} % is lost', { percent })
const ownWords = (peer: Pick<VoicePeer, 'muted' | 'deafened'>): string => (peer.deafened ? t('Does not hear') : peer.muted ? t('Muted') : '')

/** What matters most of somebody, in a few words; nothing where all is well. */
export function peerWords(peer: VoicePeer): string {
  if (peer.link === 'unreachable' || peer.link === 'lost' || peer.link === 'connecting') return t(LINKS[peer.link])
  if (peer.lossyPercent !== null) return lossWords(peer.lossyPercent)
  return ownWords(peer) || (peer.volume === 0 ? t('Silenced by you') : '') || t(LINKS[peer.link])
}

/** All there is to tell of somebody. */
export function peerDetails(peer: VoicePeer): string {
  const parts = [peer.speaking ? t('Speaking') : '', ownWords(peer), t(LINKS[peer.link]), peer.lossyPercent === null ? '' : lossWords(peer.lossyPercent)]
  return parts.filter(Boolean).join(' · ')
}

/** The sign of how somebody is in voice: each has a shape of its own. */
export function peerIcon(peer: VoicePeer): IconName {
  if (peer.link === 'unreachable') return 'unplug'
  if (peer.link === 'connecting' || peer.link === 'lost') return 'loader-circle'
  if (peer.deafened) return 'headphone-off'
  if (peer.muted) return 'mic-off'
  if (peer.volume === 0) return 'volume-x'
  return peer.speaking ? 'audio-lines' : 'headphones'
}

/** How a member of the group is in its voice room: a sign, and words for it. */
export interface MemberVoice {
  icon: IconName
  /** All there is to tell. */
  words: string
  /** What matters most, where something does. */
  brief: string
  speaking: boolean
  warns: boolean
  turns: boolean
}

export function memberVoice(voice: VoiceView | null, member: Pick<MemberView, 'id' | 'me' | 'inVoice'>): MemberVoice | null {
  const peer = peerOf(voice, member)
  if (peer) return { icon: peerIcon(peer), words: peerDetails(peer) || t('In voice'), brief: peerWords(peer), speaking: peer.speaking, warns: isTroubled(peer), turns: peerIcon(peer) === 'loader-circle' }
  const own = member.me && voice !== null && isIn(voice) && voice.place?.sesh === true
  const plain = { brief: '', warns: false, turns: false }
  if (own) return { ...plain, icon: voice.deafened ? 'headphone-off' : isOpen(voice) ? 'mic' : 'mic-off', words: ownWords(voice) || t('In voice'), speaking: voice.speaking }
  return member.inVoice ? { ...plain, icon: 'headphones', words: t('In voice'), speaking: false } : null
}

/** What the bar says of the room as a whole: how this person is heard. */
export interface BarWords {
  tone: 'on' | 'off' | 'wait' | 'warn' | 'bad'
  icon: IconName
  title: string
  /** More of it; may be empty. */
  more: string
  /** Something of it has to be known, or done. */
  warns: boolean
}

export function barWords(voice: VoiceView, key: string): BarWords {
  const { stage, microphone, speaker, talk } = voice
  if (stage.stage === 'failed') return { tone: 'bad', icon: 'circle-alert', title: t(stage.why), more: t(stage.advice), warns: true }
  if (stage.stage === 'joining') return { tone: 'wait', icon: 'loader-circle', title: t('Joining voice'), more: '', warns: false }
  const trouble = stage.stage === 'rejoining' ? t('The gateway is gone and looked for. Nobody new comes meanwhile.') : troubleWords(voice)
  const within = (words: Omit<BarWords, 'more' | 'warns'>, more = ''): BarWords => ({ ...words, more: trouble || more, warns: trouble !== '' })
  if (speaker.state === 'failed' && !voice.deafened) return { tone: 'warn', icon: 'volume-x', title: t('You hear nobody'), more: t(speaker.why), warns: true }
  if (voice.deafened) return within({ tone: 'off', icon: 'headphone-off', title: t('Deafened') }, t('You hear nobody, and nobody hears you.'))
  if (voice.muted) return within({ tone: 'off', icon: 'mic-off', title: t('Muted') })
  if (microphone.state === 'failed') return { tone: 'warn', icon: 'mic-off', title: t('Nobody hears you'), more: t(microphone.why), warns: true }
  if (microphone.state === 'closed' && stage.stage === 'rejoining') return within({ tone: 'off', icon: 'mic-off', title: t('Microphone closed') })
  if (microphone.state === 'closed' && talk.talk === 'push' && !talk.held) return within({ tone: 'off', icon: 'mic-off', title: t('Microphone closed') }, t('Hold {key} to be heard.', { key }))
  if (microphone.state === 'closed') return within({ tone: 'wait', icon: 'mic', title: t('Opening the microphone') })
  if (talk.talk === 'push') return within({ tone: 'on', icon: 'mic', title: t('Microphone on') }, t('You are heard.'))
  return within({ tone: 'on', icon: 'mic', title: t('Microphone on') })
}

/** Whom this person does not hear, or hears badly, and why. */
export function troubleWords(voice: VoiceView): string {
  const of = (link: VoiceLink) => voice.people.filter((peer) => peer.link === link).map((peer) => peer.name)
  const unreachable = of('unreachable')
  if (unreachable.length > 0 && voice.serversFail) return t('{names} cannot be reached. A server in the settings does not help: look at its address and password.', { names: names(unreachable) })
  if (unreachable.length > 0) return t('{names} cannot be reached. A relay in the settings may help.', { names: names(unreachable) })
  const lost = of('lost')
  if (lost.length > 0) return t('The way to {names} is lost and looked for.', { names: names(lost) })
  if (voice.crowded.length > 0) return t('No room for {names}: eight people hear each other at most.', { names: names(voice.crowded) })
  const lossy = voice.people.filter((peer) => peer.lossyPercent !== null)
  const [worst] = [...lossy].sort((a, b) => (b.lossyPercent ?? 0) - (a.lossyPercent ?? 0))
  return worst ? t('{percent} % of what {name} says is lost.', { percent: worst.lossyPercent ?? 0, name: worst.name }) : ''
}

/** What changed, for those who listen: joining, leaving and what fails; not who speaks or is muted. */
export function voiceNews(before: VoiceView, now: VoiceView): string {
  const place = (voice: VoiceView) => voice.place?.name ?? ''
  if (now.stage.stage === 'failed') return before.stage.stage === 'failed' && t(before.stage.why) === t(now.stage.why) ? '' : `${t(now.stage.why)}. ${t(now.stage.advice)}`.trim()
  if (!isIn(now)) return isIn(before) && now.stage.stage === 'off' ? t('You left voice') : ''
  if (!isIn(before) || place(before) !== place(now)) return t('You are in voice: {name}', { name: place(now) })
  if (now.microphone.state === 'failed' && before.microphone.state !== 'failed') return `${t('Nobody hears you')}. ${t(now.microphone.why)}`
  if (now.speaker.state === 'failed' && before.speaker.state !== 'failed') return `${t('You hear nobody')}. ${t(now.speaker.why)}`
  const gone = before.people.filter((peer) => !now.people.some((each) => each.id === peer.id))
  const come = now.people.filter((peer) => !before.people.some((each) => each.id === peer.id))
  const unreachable = now.people.filter((peer) => peer.link === 'unreachable' && before.people.some((each) => each.id === peer.id && each.link !== 'unreachable'))
  return [
    come.length > 0 ? t('{names} joined voice', { names: names(come.map((peer) => peer.name)) }) : '',
    gone.length > 0 ? t('{names} left voice', { names: names(gone.map((peer) => peer.name)) }) : '',
    unreachable.length > 0 ? t('{names} cannot be reached', { names: names(unreachable.map((peer) => peer.name)) }) : '',
  ]
    .filter(Boolean)
    .join('. ')
}

/** What is wrong with the address of a server that helps people in a voice room to reach each other. */
export function serverProblem(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/i.exec(url.trim()) ?? []
  if (/^(stun|turn)s$/i.test(scheme) || /[?&]transport=tcp/i.test(rest)) return t('Only servers over UDP: stun: or turn:.')
  const host = /^(\[[0-9a-f:]+\]|[\w.-]+)(:(\d{1,5}))?(\?transport=udp)?$/i.exec(rest)
  const port = host?.[3] === undefined ? 3478 : Number(host[3])
  if (!/^(stun|turn)$/i.test(scheme) || !host || port < 1 || port > 65535) return t('As in {example}.', { example: 'turn:relay.example.org:3478' })
  return ''
}

/** It passes sound on, and wants a name and a password for it. */
export const isRelay = (url: string): boolean => /^turn:/i.test(url.trim())
