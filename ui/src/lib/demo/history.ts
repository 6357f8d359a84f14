// Fixtures of the history: days, seshes, one looked at again, and what can be the matter with it.

import type { HistoryDay, HistoryView, ProblemView, RecapMember, RecapView, SeshRow, View } from '../contract'
import { toCelsius } from '../temperature'
import { say, verbatim } from '../tongue.svelte'
import type { Fixture } from './fixture'
import { type Id, NOW, PEOPLE, temperature } from './people'
import { seshing, settings, view } from './session'

const DAY_MS = 86_400_000
const COUNTS = [4, 6, 3, 7, 5, 8, 9, 2, 5, 6, 4, 0, 8, 6]

/** So many days until today. */
function days(count: number, dabs: (i: number) => number = (i) => COUNTS[(i + 14 - (count % 14)) % 14]!): HistoryDay[] {
  return Array.from({ length: count }, (_, i) => {
    const date = new Date(NOW - (count - 1 - i) * DAY_MS)
    const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
    return { day, dabs: dabs(i) }
  })
}

const person = (id: Id) => ({ name: PEOPLE[id].name, me: id === 'me', led: PEOPLE[id].led })
const row = (id: string, name: string, number: number, minutesAgo: number, people: Id[], seconds = 84): SeshRow => ({
  id,
  name,
  number,
  at: NOW - minutesAgo * 60_000,
  seconds,
  people: people.map(person),
})

const SESHES: SeshRow[] = [
  row('15', 'Sunday slow burn', 15, 2, ['me', 'mika', 'theo', 'sol']),
  row('14', 'Sunday slow burn', 14, 38, ['me', 'mika', 'theo', 'june', 'sol'], 96),
  row('13', 'Late shift', 112, 24 * 60 + 40, ['me', 'june']),
  row('12', 'Basement LAN', 3, 3 * 24 * 60, ['me', 'theo']),
  row('11', 'A group with quite a long name for its list', 7, 9 * 24 * 60, ['mika', 'theo', 'june', 'sol', 'me']),
  { ...row('10', 'Sunday slow burn', 13, 400 * 24 * 60, ['me', 'mika', 'sol']), people: [...'RMSTJKL'].map((name, i) => ({ name, me: i === 0, led: i % 2 ? '#10d8c4' : '#ff6a14' })) },
]

export const history = (change: Partial<HistoryView> = {}): HistoryView => ({
  range: 'days14',
  loading: false,
  days: days(14),
  dabs: 73,
  perDay: 5.2,
  timeToTempS: 19.1,
  favourite: verbatim('Slow burn'),
  inGroups: 0.48,
  profiles: [
    { name: verbatim('Slow burn'), dabs: 44, timeToTempS: 19.1 },
    { name: verbatim('Medium'), dabs: 18, timeToTempS: 16.4 },
    { name: say('Profile {number}', { number: 3 }), dabs: 8, timeToTempS: 14.8 },
    { name: verbatim('One with a name of many letters'), dabs: 3, timeToTempS: null },
  ],
  seshes: SESHES,
  more: true,
  problem: null,
  ...change,
})

const NONE: HistoryView = history({ days: days(14, () => 0), dabs: 0, perDay: 0, timeToTempS: null, favourite: null, inGroups: null, profiles: [], seshes: [], more: false })

function recapMember(id: Id, until: number): RecapMember {
  const { name, model, led, target, skew, tau } = PEOPLE[id]
  const points: [number, number][] = []
  for (let ms = 0; ms <= until * 1000; ms += 250) points.push([ms + skew, temperature(id, ms / 1000)])
  return {
    person: { name, me: id === 'me', led },
    model,
    targetCelsius: toCelsius(target),
    beganMs: skew,
    timeToTempS: tau * 2.9,
    peakCelsius: toCelsius(target + 2),
    points,
  }
}

export const recap = (change: Partial<RecapView> = {}): RecapView => ({
  sesh: SESHES[0]!,
  skewMs: 84,
  members: (['me', 'mika', 'theo', 'sol'] as const).map((id) => recapMember(id, 84)),
  reactions: [
    { name: 'Mika', emoji: '🔥', count: 4 },
    { name: 'Rowan', emoji: '💨', count: 2 },
    { name: 'Theo', emoji: '🔥', count: 1 },
  ],
  chat: [
    { at: NOW - 118_000, name: null, led: null, kind: 'sesh', text: '', happened: { text: '{count} devices started within {skew} ms', args: { count: 4, skew: 84 } } },
    { at: NOW - 100_000, name: 'Mika', led: PEOPLE.mika.led, kind: 'message', text: 'oh that is smooth', happened: null },
    { at: NOW - 92_000, name: 'Mika', led: PEOPLE.mika.led, kind: 'message', text: 'holding it', happened: null },
    { at: NOW - 80_000, name: 'Mika', led: PEOPLE.mika.led, kind: 'reaction', text: '🔥', happened: null },
    { at: NOW - 74_000, name: 'Rowan', led: PEOPLE.me.led, kind: 'message', text: 'same as last time', happened: null },
  ],
  ...change,
})

const bare = recap({ members: recap().members.map((member) => ({ ...member, points: [], peakCelsius: null })), reactions: [], chat: [] })
/** Seven, one of them late by far, one without a heat. */
const crowd = recap({
  sesh: { ...SESHES[5]!, name: 'A group with quite a long name for its header', seconds: 131 },
  skewMs: 1240,
  members: [
    ...(['me', 'mika', 'theo', 'june', 'sol'] as const).map((id) => recapMember(id, id === 'june' ? 40 : 110)),
    { ...recapMember('sol', 100), person: { name: 'Bartholomew the Second', me: false, led: '#5fe04a' }, beganMs: 1240, targetCelsius: null },
    { ...recapMember('mika', 0), person: { name: 'Kit', me: false, led: null }, beganMs: null, timeToTempS: null, peakCelsius: null, points: [] },
  ],
})

const problem = (code: string, title: string, advice: string, details: string | null = null): ProblemView => ({ code, title: { text: title }, advice: { text: advice }, details })
const broken = (said: ProblemView): Fixture => page({ history: { ...NONE, days: [], problem: said } })
const page = (change: Partial<View>, more: Partial<Fixture> = {}): Fixture => ({ view: view(change), screen: 'history', ...more })
const OPEN = '[data-test="sesh-row"][data-id="15"]'

export const HISTORY: Record<string, () => Fixture> = {
  history: () => page({ history: history(), recap: recap() }),
  'history-loading': () => page({ history: null }),
  'history-again': () => page({ history: history({ loading: true }), recap: recap() }),
  'history-90': () => page({ history: history({ range: 'days90', days: days(90), dabs: 471, more: false }), recap: recap() }, { historyRange: 'days90' }),
  'history-all': () => page({ history: history({ range: 'all', days: days(520, (i) => (i * 7) % 11), dabs: 2600 }), recap: recap() }, { historyRange: 'all' }),
  'history-celsius': () => page({ history: history(), recap: recap(), settings: settings({ unit: 'celsius' }) }),
  'history-german': () => page({ history: history(), recap: recap(), settings: settings({ language: 'de' }) }),
  'history-alone': () => page({ history: history({ inGroups: 0, seshes: [], more: false, profiles: history().profiles.slice(0, 1) }) }),
  'history-empty': () => page({ history: NONE }),
  'history-empty-all': () => page({ history: { ...NONE, range: 'all', days: [] }, devices: [] }, { historyRange: 'all' }),
  'history-reading-log': () => page({ history: NONE, logs: [{ device: 'ember', log: 'activity', state: { state: 'reading', done: 214, of: 1000 }, entries: [] }] }),
  'history-future': () => broken(problem('history_from_future', 'A newer Hearth wrote your history', 'Use that version, or put the history aside and begin a new one. Nothing of it is deleted.', 'schema 7, this one knows 3')),
  'history-damaged': () => broken(problem('history_damaged', 'Your history is damaged', 'The file is left as it is. Put it aside to begin a new one; nothing of it is deleted.', 'database disk image is malformed')),
  'history-read-only': () => broken(problem('history_read_only', 'Your history cannot be written', 'Check that its disk and folder can be written. What happens meanwhile is added then.')),
  'history-full': () => page({ history: history({ problem: problem('history_disk_full', 'No room for your history', 'Make room on the disk. What happens meanwhile is added then.') }), recap: recap() }),
  'history-menu': () => page({ history: history(), recap: recap() }, { tap: '[data-test="history-menu"]' }),
  'history-heating': () => ({ view: seshing(34, { history: history(), recap: recap() }), screen: 'history' }),
  recap: () => page({ history: history(), recap: recap() }, { tap: OPEN }),
  'recap-loading': () => page({ history: history(), recap: null }, { tap: OPEN }),
  'recap-no-curves': () => page({ history: history(), recap: bare }, { tap: OPEN }),
  'recap-crowd': () => page({ history: history(), recap: crowd }, { tap: '[data-test="sesh-row"][data-id="10"]' }),
  'recap-chat': () => page({ history: history(), recap: recap() }, { tap: OPEN, scroll: '[data-test="recap-chat"]' }),
  'recap-delete': () => page({ history: history(), recap: recap() }, { tap: [OPEN, '[data-test="sesh-menu"]', '[data-test="delete-sesh"]'] }),
  'recap-image': () => page({ history: history(), recap: recap() }, { tap: [OPEN, '[data-test="save-image"]'] }),
  'recap-image-plain': () => page({ history: history(), recap: recap() }, { tap: [OPEN, '[data-test="save-image"]', '[data-test="poster-names"]'] }),
  'recap-image-crowd': () => page({ history: history(), recap: crowd }, { tap: ['[data-test="sesh-row"][data-id="10"]', '[data-test="save-image"]'] }),
}
