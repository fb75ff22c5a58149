import createClient, { type Middleware } from "openapi-fetch";
import createQueries from "openapi-react-query";
import type { components, paths } from "./schema";

/** A schema of the API by its name: `Schema<"Me">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
/** What the API answers when it refuses (RFC 9457): `detail` is a sentence in the reader's language. */
export type Problem = Schema<"ProblemDocument">;

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
let workspace: string | undefined;
let language = "en";

/** Every later call is about this workspace (its slug); whether that is another than before. */
export function setWorkspaceOfCalls(slug: string): boolean {
  const other = workspace !== undefined && workspace !== slug;
  workspace = slug;
  return other;
}

/** Every later answer is in this language. */
export function setLanguageOfCalls(tag: string): void {
  language = tag;
}

/** The headers that every call carries; writes carry the CSRF token of the session's cookie. */
export async function headersOfCall(method: string): Promise<Record<string, string>> {
  const headers: Record<string, string> = { "Accept-Language": language };
  if (workspace) headers["X-Workspace"] = workspace;
  if (!SAFE.has(method)) headers["X-CSRFToken"] = await csrfToken();
  return headers;
}

async function csrfToken(): Promise<string> {
  const known = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (known) return known;
  const answer = await fetch("/api/csrf");
  return ((await answer.json()) as Schema<"CsrfToken">).csrf_token;
}

const common: Middleware = {
  async onRequest({ request }) {
    for (const [name, value] of Object.entries(await headersOfCall(request.method)))
      request.headers.set(name, value);
    return request;
  },
};

/** Plain calls: `await call.POST("/api/lists", { body })` answers `{ data, error }`. */
export const call = createClient<paths>({ baseUrl: window.location.origin });
call.use(common);

/** The same calls as TanStack queries: `api.useQuery("get", "/api/segments")`. */
export const api = createQueries(call);
