// Applies events to the view: a pure function from one view to the next. What did not change keeps its
// identity, so that the window draws only what an event touched.

import type { ChartView, Curve, DeviceLogView, DeviceView, Event, GroupView, MemberView, View } from './contract'
import { share } from './share'

/** Chat lines that are kept, as in the contract. */
export const CHAT_LINES = 200

/** The view after `event`. Before the first `view` event there is nothing to apply others to. */
export function apply(view: View | null, event: Event): View | null {
  if (event.event === 'view') return event.view
  if (!view) return null
  switch (event.event) {
    case 'gateway':
      return { ...view, gateway: event.gateway }
    case 'scan':
      return { ...view, scan: event.scan }
    case 'devices':
      return { ...view, devices: share(view.devices, event.devices), logs: logsOf(view.logs, event.devices) }
    case 'group':
      // The chat belongs to a group; another group starts with an empty one.
      return event.group?.code === view.group?.code
        ? { ...view, group: share(view.group, event.group) }
        : { ...view, group: event.group, chat: [] }
    case 'members':
      return { ...view, group: withMembers(view.group, event.members) }
    case 'stage':
      return { ...view, stage: share(view.stage, event.stage) }
    case 'chart':
      return { ...view, chart: event.chart }
    case 'sample':
      return { ...view, chart: withSample(view, event.member, event.ms, event.celsius) }
    case 'chat':
      return { ...view, chat: [...view.chat, event.line].slice(-CHAT_LINES) }
    case 'log':
      return { ...view, logs: withLog(view.logs, event.log) }
    case 'file':
    case 'serial':
    case 'host_secret':
      // Not a part of the view: it is shown for a moment and not kept (state.svelte.ts).
      return view
    case 'lobby':
      return { ...view, lobby: event.lobby }
    case 'community':
      return { ...view, community: event.community }
    case 'feed':
      return { ...view, feed: event.feed }
    case 'room':
      return { ...view, room: event.room }
    case 'voice':
      return { ...view, voice: share(view.voice, event.voice) }
    case 'history':
      return { ...view, history: event.history }
    case 'recap':
      return { ...view, recap: event.recap }
    case 'desk':
      return { ...view, desk: event.desk }
    case 'overlay':
      return { ...view, overlay: event.overlay }
    case 'diagnostics':
      return { ...view, diagnostics: event.diagnostics }
    case 'settings':
      return { ...view, settings: event.settings }
    case 'notices':
      return { ...view, notices: event.notices }
    default:
      // A companion that is newer than this window may know more events.
      return view
  }
}

/** Without those of devices that are not known any more. */
function logsOf(logs: DeviceLogView[], devices: readonly DeviceView[]): DeviceLogView[] {
  const known = (log: DeviceLogView) => devices.some((device) => device.id === log.device)
  return logs.every(known) ? logs : logs.filter(known)
}

/** A device has one log of a name: the new one takes the place of the old one. */
function withLog(logs: readonly DeviceLogView[], log: DeviceLogView): DeviceLogView[] {
  return [...logs.filter((each) => each.device !== log.device || each.log !== log.log), log]
}

/** What changed of some; the others stay the same objects. */
function withMembers(group: GroupView | null, changed: readonly MemberView[]): GroupView | null {
  return group && { ...group, members: group.members.map((member) => changed.find((each) => each.id === member.id) ?? member) }
}

function withSample(view: View, member: string, ms: number, celsius: number): ChartView {
  const { chart } = view
  const known = chart.curves.some((curve) => curve.member === member)
  const curves = known ? chart.curves : [...chart.curves, ...newCurve(view, member)]
  return {
    ...chart,
    curves: curves.map((curve) => (curve.member === member ? withPoint(curve, ms, celsius) : curve)),
  }
}

/** Time only goes forward in a curve: a sample that is late or told twice is dropped. */
function withPoint(curve: Curve, ms: number, celsius: number): Curve {
  const last = curve.points.at(-1)
  if (last && ms <= last[0]) return curve
  return { ...curve, points: [...curve.points, [ms, celsius]] }
}

/** Somebody who began to heat after the chart did. */
function newCurve(view: View, id: string): Curve[] {
  const member = view.group?.members.find((each) => each.id === id)
  if (!member) return []
  const { name, me, led, targetCelsius } = member
  return [{ member: id, name, me, led, targetCelsius, points: [] }]
}
