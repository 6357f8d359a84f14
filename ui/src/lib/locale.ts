// The first import of the window. With LANG unset or C, WebKitGTK says `navigator.language === "C"`, which
// no Intl constructor accepts; a library that formats a number while it loads then leaves a blank window.
// Nothing else belongs here.

try {
  new Intl.NumberFormat(navigator.language)
} catch {
  Object.defineProperty(Navigator.prototype, 'language', { configurable: true, get: () => 'en-US' })
  Object.defineProperty(Navigator.prototype, 'languages', { configurable: true, get: () => ['en-US'] })
}

export {}
