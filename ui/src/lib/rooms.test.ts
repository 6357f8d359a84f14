import { describe, expect, it } from 'vitest'
import { gateway } from './demo/community'
import { chatChannel, chatServer, roomLine, together } from './demo/rooms'
import { accountNameProblem, badge, channelIn, type ChatGateway, initial, lengthOf, lightOf, passwordProblem, rowsOf, statusWords, typingWords, underHeadings, unreadOf } from './rooms'

const at = (iso: string) => new Date(iso).getTime()
const line = (id: string, author: string, time: string, more = {}) => ({ ...roomLine(id, author, 0, id), at: at(time), ...more })

describe('lines', () => {
  const continued = (...lines: ReturnType<typeof line>[]) => rowsOf(lines, null).map((row) => row.continued)

  it('go on under one name for five minutes, each after the one before', () => {
    expect(continued(line('a', 'Noor', '2026-11-21T10:00'), line('b', 'Noor', '2026-11-21T10:04'), line('c', 'Noor', '2026-11-21T10:08'), line('d', 'Noor', '2026-11-21T10:20'))).toEqual([false, true, true, false])
  })

  it('do not go on after somebody else, over midnight, or as a reply', () => {
    expect(continued(line('a', 'Noor', '2026-11-21T10:00'), line('b', 'Pax', '2026-11-21T10:00'), line('c', 'Noor', '2026-11-21T10:00'))).toEqual([false, false, false])
    expect(continued(line('a', 'Noor', '2026-11-21T23:59'), line('b', 'Noor', '2026-11-22T00:01'))).toEqual([false, false])
    expect(continued(line('a', 'Noor', '2026-11-21T10:00'), line('b', 'Noor', '2026-11-21T10:01', { replyTo: 'a' }))).toEqual([false, false])
  })

  it('of two guests with one name are those of one only where they have one id', () => {
    expect(continued(line('a', 'Guest', '2026-11-21T10:00', { authorId: '1' }), line('b', 'Guest', '2026-11-21T10:01', { authorId: '2' }))).toEqual([false, false])
  })

  it('begin a day, and what is new', () => {
    const rows = rowsOf([line('a', 'Noor', '2026-11-21T10:00'), line('b', 'Noor', '2026-11-21T10:01'), line('c', 'Noor', '2026-11-22T10:01')], 'b')
    expect(rows.map((row) => [row.day, row.fresh, row.continued])).toEqual([[true, false, false], [false, true, false], [true, false, false]])
  })
})

it('counts what is not read where somebody wants to hear of it', () => {
  expect(unreadOf([together(), gateway()])).toBe(16)
  expect(unreadOf([together({ state: { state: 'off' } })])).toBe(0)
  expect([badge(7), badge(99), badge(100)]).toEqual(['7', '99', '99+'])
})

it('finds a channel on whichever server it is', () => {
  expect(channelIn(together() as ChatGateway, 'sesh')!.server.id).toBe('sunday')
  expect(channelIn(together() as ChatGateway, 'nowhere')).toBeNull()
  expect(chatServer().channels).toHaveLength(4)
})

it('puts channels under their headings', () => {
  const headings = underHeadings([chatChannel('a'), chatChannel('b', { category: 'Talk' }), chatChannel('c'), chatChannel('d', { category: 'Talk' })])
  expect(headings.map(({ heading, channels }) => [heading, channels.map((each) => each.id)])).toEqual([[null, ['a', 'c']], ['Talk', ['b', 'd']]])
})

it('counts characters and takes the first letter as people do', () => {
  expect(lengthOf('🔥a')).toBe(2)
  expect([initial('noor'), initial(' 👩‍👩‍👧‍👦 family'), initial('e\u0301mile'), initial('')]).toEqual(['N', '👩‍👩‍👧‍👦', 'E\u0301', ''])
})

it('gives somebody one colour wherever they show up', () => {
  expect(lightOf('id-noor')).toBe(lightOf('id-noor'))
  expect(lightOf('')).toMatch(/^#[0-9a-f]{6}$/)
})

it('says what a dot alone would not tell', () => {
  expect([statusWords({ status: 'dnd', customStatus: ' ' }), statusWords({ status: 'online', customStatus: null }), statusWords({ status: 'idle', customStatus: 'brb' })]).toEqual(['Do not disturb', '', 'brb'])
  expect([typingWords([]), typingWords(['Noor'])]).toEqual(['', 'Noor is typing'])
})

it('knows what a new account may be called, and how long its password is', () => {
  expect([accountNameProblem('ab'), accountNameProblem('abc'), accountNameProblem('a'.repeat(33))].map(Boolean)).toEqual([true, false, true])
  expect([passwordProblem(''), passwordProblem('1234567'), passwordProblem('12345678'), passwordProblem('x'.repeat(129))].map(Boolean)).toEqual([true, true, false, true])
})
