import { describe, expect, it } from 'vitest'
import type { VoicePeer, VoiceView } from './contract'
import { NO_VOICE } from './demo/session'
import { voice } from './demo/voice'
import { say } from './tongue.svelte'
import { barWords, isPlace, isTroubled, memberVoice, peerDetails, peerIcon, peerOf, peerWords, serverProblem, voiceNews } from './voice'

const peer = (change: Partial<VoicePeer> = {}): VoicePeer => ({ id: 'p', name: 'Mika', member: 'mika', speaking: false, muted: false, deafened: false, link: 'direct', lossyPercent: null, volume: 100, ...change })
const bar = (change: Partial<VoiceView> = {}) => barWords(voice(change), 'V')

describe('the bar', () => {
  it('says that the microphone is on exactly when it is open', () => {
    expect(bar()).toMatchObject({ tone: 'on', title: 'Microphone on', warns: false })
    for (const change of [
      { microphone: { state: 'closed' } },
      { muted: true, microphone: { state: 'closed' } },
      { deafened: true, microphone: { state: 'closed' } },
      { stage: { stage: 'joining' }, microphone: { state: 'closed' } },
      { microphone: { state: 'failed', why: say('Another program uses it.') } },
    ] as Partial<VoiceView>[]) {
      expect(bar(change).title).not.toMatch(/Microphone on/)
      expect(bar(change).tone).not.toBe('on')
    }
  })

  it('tells how one is heard when a key is held', () => {
    const closed = { state: 'closed' } as const
    expect(bar({ talk: { talk: 'push', held: false }, microphone: closed })).toMatchObject({ tone: 'off', title: 'Microphone closed', more: 'Hold V to be heard.' })
    expect(bar({ talk: { talk: 'push', held: true }, microphone: closed }).title).toBe('Opening the microphone')
    expect(bar({ talk: { talk: 'push', held: true } })).toMatchObject({ tone: 'on', title: 'Microphone on', more: 'You are heard.' })
    // Nobody would hear it while the gateway is looked for.
    expect(bar({ stage: { stage: 'rejoining' }, microphone: closed })).toMatchObject({ title: 'Microphone closed', warns: true })
  })

  it('tells what fails and what helps', () => {
    expect(bar({ stage: { stage: 'failed', why: say('It is full'), advice: say('Wait.') } })).toMatchObject({ tone: 'bad', title: 'It is full', more: 'Wait.' })
    expect(bar({ microphone: { state: 'failed', why: say('Plug one in.') } })).toMatchObject({ tone: 'warn', title: 'Nobody hears you', more: 'Plug one in.' })
    expect(bar({ speaker: { state: 'failed', why: say('Plug one in.') } })).toMatchObject({ tone: 'warn', title: 'You hear nobody' })
    expect(bar({ stage: { stage: 'rejoining' } })).toMatchObject({ title: 'Microphone on', warns: true })
  })

  it('names whom one does not hear, the worst first', () => {
    const people = [peer({ lossyPercent: 12 }), peer({ id: 'q', name: 'Sol', link: 'lost' }), peer({ id: 'r', name: 'Theo', link: 'unreachable' })]
    expect(bar({ people }).more).toBe('Theo cannot be reached. A relay in the settings may help.')
    expect(bar({ people: people.slice(0, 2) }).more).toBe('The way to Sol is lost and looked for.')
    expect(bar({ people: people.slice(0, 1) }).more).toBe('12 % of what Mika says is lost.')
    expect(bar({ people, serversFail: true }).more).toBe('Theo cannot be reached. A server in the settings does not help: look at its address and password.')
    expect(bar({ people: [], serversFail: true }).warns).toBe(false)
    expect(bar({ people: [], crowded: ['Ada', 'Lee'] }).more).toBe('No room for Ada and Lee: eight people hear each other at most.')
    expect(bar({ people: [peer({ link: 'relayed' })] })).toMatchObject({ more: '', warns: false })
  })
})

describe('somebody in voice', () => {
  it('has a sign and words of their own for each state', () => {
    const states: Partial<VoicePeer>[] = [{}, { speaking: true }, { muted: true }, { deafened: true, muted: true }, { volume: 0 }, { link: 'connecting' }, { link: 'unreachable' }]
    expect(new Set(states.map((state) => peerIcon(peer(state)))).size).toBe(states.length)
    expect(['connecting', 'lost', 'relayed', 'unreachable', 'direct'].map((link) => peerWords(peer({ link: link as VoicePeer['link'] })))).toEqual(['Connecting', 'Connecting again', 'By a relay', 'Cannot be reached', ''])
    expect(peerWords(peer({ lossyPercent: 12, muted: true }))).toBe('12 % is lost')
    expect(peerDetails(peer({ speaking: true, link: 'relayed', lossyPercent: 3 }))).toBe('Speaking · By a relay · 3 % is lost')
    expect([{ muted: true }, { link: 'relayed' as const }, { link: 'lost' as const }].map((state) => isTroubled(peer(state)))).toEqual([false, false, true])
  })

  it('is found among the members only in the room of the group', () => {
    const member = { id: 'mika', me: false, inVoice: true }
    expect(peerOf(voice(), member)?.name).toBe('Mika')
    expect(peerOf(voice({ place: { community: 'tog', server: 's', channel: 'c', name: 'Couch', sesh: false } }), member)).toBeNull()
    expect(peerOf(NO_VOICE, member)).toBeNull()
    expect(memberVoice(NO_VOICE, member)).toMatchObject({ words: 'In voice', speaking: false })
    expect(memberVoice(NO_VOICE, { ...member, inVoice: false })).toBeNull()
    expect(memberVoice(voice({ muted: true }), { id: 'me', me: true, inVoice: true })?.words).toBe('Muted')
  })
})

it('a channel is the place where one is, also when that is known by the group', () => {
  const place = { community: null, server: 's', channel: 'c', name: 'Sunday', sesh: true }
  const at = (sesh: string | null, channel = 'c') => isPlace(place, { id: 'tog' }, { sesh }, { id: channel }, { code: 'q7' })
  expect([at('q7'), at('other'), at(null), at('q7', 'd')]).toEqual([true, false, false, false])
  expect(isPlace({ ...place, community: 'tog', sesh: false }, { id: 'tog' }, { sesh: null }, { id: 'c' }, null)).toBe(true)
  expect(isPlace(null, { id: 'tog' }, { sesh: null }, { id: 'c' }, null)).toBe(false)
})

describe('what is told to those who listen', () => {
  const off = NO_VOICE
  const now = voice()
  it('is joining, leaving and failing', () => {
    expect(voiceNews(off, now)).toBe('You are in voice: Sunday slow burn')
    expect(voiceNews(now, off)).toBe('You left voice')
    expect(voiceNews(off, voice({ stage: { stage: 'failed', why: say('It is full'), advice: say('Wait.') } }))).toBe('It is full. Wait.')
    expect(voiceNews(now, voice({ people: now.people.slice(1) }))).toBe('Mika left voice')
    expect(voiceNews(voice({ people: [] }), now)).toBe('Mika, Theo and Sol joined voice')
    expect(voiceNews(now, voice({ microphone: { state: 'failed', why: say('Another program uses it.') } }))).toBe('Nobody hears you. Another program uses it.')
  })
  it('is nothing of who speaks or is muted', () => {
    expect(voiceNews(now, voice({ speaking: true, muted: true, people: now.people.map((each) => ({ ...each, speaking: !each.speaking, muted: true })) }))).toBe('')
    expect(voiceNews(off, voice({ stage: { stage: 'joining' } }))).toBe('')
    expect(voiceNews(now, voice({ stage: { stage: 'rejoining' } }))).toBe('')
  })
})

it('addresses of servers are checked as the engine reads them', () => {
  for (const url of ['stun:stun.example.org', ' STUN:10.0.0.1:99', 'stun:[2001:db8::1]:99', 'turn:relay.example.org:5000?transport=udp']) expect(serverProblem(url), url).toBe('')
  for (const url of ['', 'example.org', 'http:example.org', 'stun:', 'stun:a b', 'stun:host:0', 'stun:host:99999', 'turn:host:port']) expect(serverProblem(url), url).not.toBe('')
  for (const url of ['turns:relay.example.org', 'turn:relay.example.org?transport=tcp']) expect(serverProblem(url), url).toMatch(/UDP/)
})
