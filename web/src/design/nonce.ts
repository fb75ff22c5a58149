/** The nonce of this page: styles that carry it are let in by the page's policy. */
export function nonceOfPage(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}
