// Generated from crates/overlay/src/view.rs by `cargo xtask types`. Do not edit.

export type OverlayMessage = { "type": "hello", 
/**
 * What to show.
 */
view: OverlayView, 
/**
 * The curves of the sesh that runs or just ended.
 */
trails: Array<Trail>, } | { "type": "view", 
/**
 * What to show.
 */
view: OverlayView, } | { "type": "members", 
/**
 * The members, whole.
 */
members: Array<OverlayMember>, };

export type OverlayView = { 
/**
 * Stage of the session.
 */
stage: OverlayStage, 
/**
 * Members that are ready, while awaiting.
 */
ready: number, 
/**
 * Members that count: with a device, not away.
 */
counted: number, 
/**
 * In the countdown: ms until the devices start, at the moment at which this view was made. A duration, so
 * that the clocks of the program and the page need not agree.
 */
countdownMs: number | null, 
/**
 * While seshing: seconds since the start, at the moment at which this view was made.
 */
elapsedS: number | null, 
/**
 * Between the first and the last preheat of the sesh that runs or just ended, ms.
 */
skewMs: number | null, 
/**
 * Name of the group; `null` alone, and when it is not to be shown.
 */
group: string | null, 
/**
 * Number of the sesh that runs or just ended, else of the last one; `null` when there was none.
 */
sesh: number | null, 
/**
 * Unit of temperatures on screen. Those in here are always °C.
 */
unit: OverlayUnit, 
/**
 * Language of the few words on screen.
 */
tongue: OverlayTongue, 
/**
 * The members in the order in which they are shown.
 */
members: Array<OverlayMember>, 
/**
 * How it looks, unless an address says otherwise.
 */
look: OverlayLook, };

export type OverlayStage = "alone" | "chilling" | "awaiting" | "countdown" | "seshing" | "ended";

export type OverlayMember = { 
/**
 * Tells members apart, for as long as they are in the group; says nothing about them.
 */
id: number, 
/**
 * Name, never "You"; `null` when names are hidden.
 */
name: string | null, 
/**
 * The one whose computer this is: outlined, and alone in the layout [`Single`](OverlayLayout::Single).
 */
me: boolean, 
/**
 * Light of the device, `#rrggbb`.
 */
led: string | null, 
/**
 * What the device is doing.
 */
activity: OverlayActivity, 
/**
 * Chamber temperature.
 */
celsius: number | null, 
/**
 * Target of the running heat, or of the selected profile.
 */
targetCelsius: number | null, 
/**
 * At temperature: seconds left, at the moment at which this was made.
 */
leftS: number | null, 
/**
 * At temperature: planned seconds.
 */
holdS: number | null, 
/**
 * Ready; in the countdown: takes part.
 */
ready: boolean, 
/**
 * Away.
 */
away: boolean, };

export type OverlayActivity = "unknown" | "asleep" | "lost" | "idle" | "selecting" | "preheat" | "active" | "fade";

export type OverlayUnit = "fahrenheit" | "celsius";

export type OverlayTongue = "en" | "de";

export type OverlayLook = { 
/**
 * What is drawn.
 */
layout: OverlayLayout, 
/**
 * Names of members and of the group. Hidden ones do not leave this program.
 */
names: boolean, 
/**
 * Temperatures and targets. Hidden ones do not leave this program.
 */
temperatures: boolean, 
/**
 * 3-2-1 before a sesh.
 */
countdown: boolean, 
/**
 * One colour for everybody, `#rrggbb`; `null`: each device's light.
 */
accent: string | null, 
/**
 * How opaque the dark chips are, 0.7 to 1: below that they cannot be read over a bright picture.
 */
chips: number, 
/**
 * Size, 0.5 to 3.
 */
scale: number, 
/**
 * Where on the page.
 */
position: OverlayPosition, };

export type OverlayLayout = "strip" | "single" | "chart";

export type OverlayPosition = "top_left" | "top" | "top_right" | "bottom_left" | "bottom" | "bottom_right";

export type Trail = { 
/**
 * [`OverlayMember::id`].
 */
member: number, 
/**
 * Points: ms since the sesh began, °C.
 */
points: Array<[number, number]>, };
