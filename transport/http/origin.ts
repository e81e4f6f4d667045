/**
 * Which web pages may call: browsers say in Origin (RFC 6454) where the page comes from that makes a request.
 *
 * @module
 */

/** Origins that may call besides pages of the same host, such as `"https://app.example"`; `"*"` for all. */
export type Origins = readonly string[];

/**
 * Whether the page that a request comes from, if one does, may call: it is of the host that was asked, or one of `origins`.
 * Other programs than browsers send no Origin, and may.
 */
export function isAllowedOrigin(request: Request, origins: Origins = []): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || origins.includes(origin) || origins.includes("*")) return true;
  return isSameHost(origin, request);
}

/** Whether a page of `origin` is of the host that was asked; a proxy in between may have taken TLS away. */
function isSameHost(origin: string, request: Request): boolean {
  const asked = request.headers.get("host") ?? URL.parse(request.url)?.host;
  return asked !== undefined && /^https?:\/\/(.+)$/.exec(origin)?.[1] === asked;
}
