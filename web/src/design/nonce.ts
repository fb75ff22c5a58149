/** The nonce of this page: styles that carry it are let in by the page's policy. */
export function nonceOfPage(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}

/** Tells it to libraries that ask for it by the name that webpack gave it (the style that holds the page still behind a
 * dialog); to be called before the first render. */
export function lendNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: nonceOfPage() });
}
