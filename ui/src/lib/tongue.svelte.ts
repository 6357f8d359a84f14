// The language of the window. Texts are written in English where they are used; the
// catalogues in /lang say them in other languages, and hold the plural forms. `npm run words` keeps them complete.

import de from '../../../lang/de.json'
import en from '../../../lang/en.json'
import type { Argument, Language, Said } from './contract'

export type Tongue = 'en' | 'de'
/** One text for all numbers, or one for each plural form of `count`. */
export type Saying = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Catalogue = Record<string, Saying>
export type Args = Record<string, Argument>

export const CATALOGUES: Record<Tongue, Catalogue> = { en, de }

const PLURALS: Record<Tongue, Intl.PluralRules> = { en: new Intl.PluralRules('en'), de: new Intl.PluralRules('de') }

class Spoken {
  tongue = $state<Tongue>('en')
}

const spoken = new Spoken()

/** The language in use. */
export const tongue = (): Tongue => spoken.tongue

/** Speaks the language of the settings from now on. */
export function speak(language: Language, system = navigator.language): void {
  const wanted = language === 'system' ? (system.toLowerCase().split('-')[0] ?? 'en') : language
  spoken.tongue = wanted === 'de' ? 'de' : 'en'
  if (typeof document !== 'undefined') document.documentElement.lang = spoken.tongue
}

/** The computer's own way of writing dates and numbers where it is that of the window's language. */
export const locale = (): string => (navigator.language.toLowerCase().split('-')[0] === spoken.tongue ? navigator.language : spoken.tongue)

/** Marks a text that is passed to `t` elsewhere, so that the catalogues have it. */
export const msg = <T extends string>(text: T): T => text

const formats = new Map<string, Intl.NumberFormat>()

/** A number as the language writes it. Formats are kept: making one takes longer than the rest of a text does. */
export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = locale() + JSON.stringify(options)
  const known = formats.get(key) ?? new Intl.NumberFormat(locale(), options)
  formats.set(key, known)
  return known.format(value)
}

const written = (value: Argument): string =>
  typeof value === 'number' ? number(value) : typeof value === 'string' ? value : said(value.text, value.args)

function said(text: string, args?: Args): string {
  const saying = CATALOGUES[spoken.tongue][text] ?? CATALOGUES.en[text] ?? text.replace(/\|.*/, '')
  const pattern = typeof saying === 'string' ? saying : (saying[PLURALS[spoken.tongue].select(Number(args?.count ?? 0))] ?? saying.other ?? text)
  return args ? pattern.replace(/\{(\w+)\}/g, (whole, name: string) => written(args[name] ?? whole)) : pattern
}

/**
 * The text in the language in use, with `{name}` replaced by `args.name`, numbers as the language writes them;
 * `args.count` chooses the plural form. A text with two meanings says which behind a bar: `Light|lamp`. What the
 * companion says comes with its arguments.
 */
export function t(text: string | Said, args?: Args): string {
  return typeof text === 'string' ? said(text, args) : said(text.text, text.args)
}

/** Something to be said later, in the language of that time. */
export const say = (text: string, args?: Args): Said => (args ? { text, args } : { text })

/** Nothing is said. */
export const NOTHING: Said = { text: '' }

/** Sentences, one after the other. */
export const inARow = (sentences: readonly Said[]): Said => sentences.reduce((before, next) => (before.text ? say('{before} {next}', { before, next }) : next), NOTHING)

/** A name, or technical words: the same in every language. */
export const verbatim = (text: string): Said => (text ? { text: '{text}', args: { text } } : NOTHING)
