/// <reference types="vite/client" />

declare module 'virtual:overlay-words' {
  /** By language, the texts of `src/overlay/words.ts`. */
  const catalogues: Record<'en' | 'de', Record<string, string>>
  export default catalogues
}
