// Fixtures of the settings: each pane, and what can be missing on a computer.

import type { BundleView, DeskView, DiagnosticsView, OverlayStatus, Settings } from '../contract'
import type { SettingsPane } from '../state.svelte'
import type { Fixture } from './fixture'
import { member, NOW } from './people'
import { verbatim } from '../tongue.svelte'
import { group, settings, stage, view } from './session'

const minutes = (count: number) => NOW - count * 60_000

const PARTS: DiagnosticsView['parts'] = [
  { part: 'gateway', name: verbatim('Commons'), health: 'good', state: { text: 'Connected' }, since: minutes(92), pace: { lastMs: 38, usualMs: 36, slowMs: 74 }, clockAheadMs: 4, facts: [[{ text: 'group' }, { text: 'in one|group' }]] },
  { part: 'bluetooth', name: { text: 'Bluetooth' }, health: 'good', state: { text: 'On|switched' }, since: minutes(92), pace: null, clockAheadMs: null, facts: [[{ text: 'scanning' }, { text: 'no' }], [{ text: 'heard now' }, verbatim('2')]] },
  { part: 'device', name: verbatim('Ember'), health: 'fair', state: { text: 'Connecting, attempt {attempt}', args: { attempt: 3 } }, since: minutes(2), pace: { lastMs: 61, usualMs: 58, slowMs: 140 }, clockAheadMs: null, facts: [[{ text: 'model' }, verbatim('Peak Pro')], [{ text: 'firmware' }, verbatim('AW')], [{ text: 'signal' }, verbatim('−81 dBm')], [{ text: 'unanswered' }, verbatim('4')]] },
  { part: 'device', name: verbatim('Pocket'), health: 'off', state: { text: 'Asleep or out of range' }, since: minutes(40), pace: null, clockAheadMs: null, facts: [] },
  { part: 'keychain', name: { text: 'Keychain' }, health: 'good', state: { text: 'Keeps secrets' }, since: null, pace: null, clockAheadMs: null, facts: [] },
  { part: 'history', name: { text: 'History' }, health: 'bad', state: { text: 'Nothing is kept now' }, since: minutes(5), pace: null, clockAheadMs: null, facts: [] },
  { part: 'overlay', name: { text: 'Overlay' }, health: 'off', state: { text: 'Switched off' }, since: null, pace: null, clockAheadMs: null, facts: [] },
]

const FAILURES: DiagnosticsView['failures'] = [
  { at: minutes(2), title: { text: 'The link to the device broke' }, advice: { text: 'Keep it near this computer. Hearth connects again by itself.' }, details: 'gatt: write 0x0012 failed: le-connection-abort-by-local (0x3e)' },
  { at: minutes(5), title: { text: 'No room for your history' }, advice: { text: 'Make room on the disk. What happens meanwhile is added then.' }, details: null },
  { at: minutes(48), title: { text: 'The connection broke in the middle of that' }, advice: { text: '' }, details: 'ws: close 1006 after 12 pings; resumed' },
  { at: minutes(1500), title: { text: 'That was too fast for the gateway' }, advice: { text: 'Wait a little, then try again. A new group can be created every half minute.' }, details: 'op 6 → error 4 RATE_LIMITED' },
  { at: minutes(1501), title: { text: 'That was too fast for the gateway' }, advice: { text: 'Wait a little, then try again. A new group can be created every half minute.' }, details: null },
]

const LOG = [
  '09:09:02.114Z  INFO link{device=d1}: state idle → temp_select',
  '09:09:02.120Z DEBUG gateway: send op 4, 61 B',
  '09:09:02.158Z  INFO gateway: group update, ready 4 of 4',
  '09:09:05.161Z  INFO link{device=d1}: write heat cycle begin',
  '09:09:05.245Z  INFO link{device=d1}: state temp_select → preheat',
  '09:09:24.302Z  INFO link{device=d1}: state preheat → active, target 285.0',
].join('\n')

const BUNDLE: BundleView = {
  files: [
    { name: 'about.txt', bytes: 412, about: { text: 'Version of Hearth, system, language' }, preview: 'Hearth 0.1.0\nLinux 6.1, x86_64, GNOME\nlanguage en, °F\n'.padEnd(412, ' ') },
    { name: 'parts.json', bytes: 2140, about: { text: 'How each part is, as above' }, preview: '{\n  "gateway": { "health": "good", "roundTripMs": 38 },\n  "bluetooth": { "health": "good" }\n}' },
    { name: 'failures.json', bytes: 1880, about: { text: 'What failed of late' }, preview: '[ { "title": "[device] lost its link" } ]' },
    { name: 'hearth.log', bytes: 1_204_511, about: { text: 'The log of the last two starts' }, preview: LOG },
  ],
}

export const diagnostics = (change: Partial<DiagnosticsView> = {}): DiagnosticsView => ({
  parts: PARTS,
  failures: FAILURES,
  logFolder: '/home/rowan/.local/share/hearth/logs',
  bundle: null,
  ...change,
})

export const desk = (change: Partial<DeskView> = {}): DeskView => ({ ...view().desk, ...change })
/** A browser in place of the window. */
const BROWSER: Partial<DeskView> = { window: false, tray: false, autostart: false, notifications: false, shortcuts: false, keychain: false }
const SERVED: OverlayStatus = { url: 'http://127.0.0.1:7708/f3c9a1d27b604e8f9a55c0de81b7e3aa/', pages: 1, problem: null }
const TAKEN = { code: 'taken', title: { text: 'Another program has these keys' }, advice: { text: 'Choose others, or free them there.' }, details: null }

const pane = (settingsPane: SettingsPane, from: { settings?: Partial<Settings>; desk?: Partial<DeskView>; overlay?: OverlayStatus; diagnostics?: DiagnosticsView } = {}): Fixture => ({
  view: view({
    settings: settings(from.settings),
    desk: desk(from.desk),
    ...(from.overlay ? { overlay: from.overlay } : {}),
    ...(from.diagnostics ? { diagnostics: from.diagnostics } : {}),
  }),
  screen: 'settings',
  settingsPane,
})

const overlay = (change: Partial<Settings['overlay']>, status = SERVED) => pane('overlay', { settings: { overlay: { on: true, layout: 'strip', hideNames: false, hideGroup: false, ...change } }, overlay: status })

export const SETTINGS: Record<string, () => Fixture> = {
  'settings-no-keychain': () => pane('gateways', { desk: { keychain: false } }),
  'settings-appearance-large': () => pane('appearance', { settings: { textSize: 'large', moreContrast: true, reduceMotion: true } }),
  'settings-appearance-small': () => pane('appearance', { settings: { textSize: 'small' } }),
  'settings-automation-on': () => pane('automation', { settings: { awayWhenIdleMin: 10, askByDevice: true } }),
  'settings-notifications': () => pane('notifications'),
  'settings-notifications-quiet': () => pane('notifications', { settings: { quiet: { from: 1380, to: 480 } }, desk: { muted: true } }),
  'settings-notifications-not-shown': () => pane('notifications', { desk: { notifications: false } }),
  'settings-notifications-browser': () => pane('notifications', { desk: BROWSER }),
  'settings-startup': () => pane('startup', { settings: { startAtLogin: true, closeToTray: true, shortcut: 'Ctrl+Alt+H' }, desk: { mini: true } }),
  'settings-startup-off': () => pane('startup'),
  'settings-startup-nothing': () => pane('startup', { settings: { startAtLogin: true, closeToTray: true }, desk: { tray: false, autostart: false, shortcuts: false } }),
  'settings-shortcut-record': () => ({ ...pane('startup', { settings: { shortcut: 'Ctrl+Alt+H' } }), tap: '[data-test="record-shortcut"]' }),
  'settings-shortcut-taken': () => pane('startup', { settings: { shortcut: 'Ctrl+Alt+H' }, desk: { shortcutProblem: TAKEN } }),
  'settings-overlay': () => overlay({}),
  'settings-overlay-single': () => overlay({ layout: 'single', hideNames: true }),
  'settings-overlay-chart': () => overlay({ layout: 'chart' }, { ...SERVED, pages: 2 }),
  'settings-overlay-off': () => overlay({ on: false }, { url: null, pages: 0, problem: null }),
  'settings-overlay-failed': () => overlay({}, { url: null, pages: 0, problem: { code: 'no_port', title: { text: "Other programs use the overlay's ports" }, advice: { text: 'Close one of them, then switch the overlay off and on again.' }, details: null } }),
  'settings-overlay-key': () => ({ ...overlay({}), tap: '[data-test="overlay-key"]' }),
  'settings-diagnostics': () => pane('diagnostics', { diagnostics: diagnostics() }),
  'settings-diagnostics-open': () => ({ ...pane('diagnostics', { diagnostics: diagnostics() }), tap: '[data-part="device"] summary' }),
  'settings-diagnostics-well': () => pane('diagnostics', { diagnostics: diagnostics({ failures: [], parts: PARTS.filter((part) => part.health === 'good'), logFolder: null }) }),
  'settings-bundle': () => ({ ...pane('diagnostics', { diagnostics: diagnostics({ parts: PARTS.slice(0, 2), failures: [], bundle: BUNDLE }) }), tap: '[data-test="bundle-file"]:nth-of-type(4) summary', scroll: '[data-test="bundle"]' }),
  'settings-browser': () => ({ ...pane('gateways', { desk: BROWSER }) }),
  'settings-german-automation': () => pane('automation', { settings: { language: 'de', awayWhenIdleMin: 10 } }),
  'settings-german-notifications': () => pane('notifications', { settings: { language: 'de', quiet: { from: 1380, to: 480 } } }),
  'settings-german-appearance': () => pane('appearance', { settings: { language: 'de' } }),
  'settings-german-startup': () => pane('startup', { settings: { language: 'de', startAtLogin: true, shortcut: 'Ctrl+Alt+H' } }),
  'settings-german-overlay': () => ({ ...overlay({}), view: view({ settings: settings({ language: 'de', overlay: { on: true, layout: 'chart', hideNames: false, hideGroup: false } }), overlay: SERVED }) }),
  'settings-german-diagnostics': () => pane('diagnostics', { settings: { language: 'de' }, diagnostics: diagnostics({ failures: [], parts: PARTS.slice(0, 2), bundle: BUNDLE }) }),
  'lobby-invite': () => ({ view: view({ group: null, stage: stage({ stage: 'alone' }), desk: { ...view().desk, invite: { id: 1, code: 'q7xk2m' } } }), screen: 'lobby' }),
  'lobby-large': () => ({ view: view({ settings: settings({ textSize: 'large' }) }), screen: 'lobby' }),
  'session-large': () => ({ view: view({ settings: settings({ textSize: 'large' }) }) }),
  'session-large-awaiting': () => ({
    view: view({
      settings: settings({ textSize: 'large' }),
      group: group([member('me', { ready: true }), member('mika', { ready: true, mobile: true, owner: true }), member('theo'), member('june', { away: true }), member('sol', { away: true, mobile: true })]),
      stage: stage({ stage: 'awaiting', ready: 2, counted: 3, askedBy: 'Mika' }),
    }),
  }),
  'menu-large': () => ({ view: view({ settings: settings({ textSize: 'large' }) }), tap: '[data-test="group-menu"]' }),
  'session-contrast': () => ({ view: view({ settings: settings({ moreContrast: true }) }) }),
}
