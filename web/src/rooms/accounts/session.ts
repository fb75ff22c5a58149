import { headersOfCall } from "~/api/client";

// Signing in and out is allauth's, outside our OpenAPI document: https://docs.allauth.org/en/latest/headless/
const AUTH = "/api/auth/browser/v1";

/** What allauth answers. */
export interface Answer {
  status: number;
  data?: { flows?: { id: string; is_pending?: boolean }[]; unused_codes?: string[] };
  meta?: { secret?: string; totp_url?: string };
  errors?: { message: string; code: string; param?: string }[];
}

/** What came of an attempt to sign in. */
export type SignedIn = { outcome: "in" } | { outcome: "code-needed" } | { outcome: "refused"; code: string };

/** Signs in with e-mail and password; who has two factors is asked for a code. */
export async function signIn(email: string, password: string): Promise<SignedIn> {
  return outcomeOf(await askAuth("POST", "/auth/login", { email, password }));
}

/** Finishes signing in with the code of the authenticator, or a recovery code. */
export async function giveCode(code: string): Promise<SignedIn> {
  return outcomeOf(await askAuth("POST", "/auth/2fa/authenticate", { code }));
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await askAuth("DELETE", "/auth/session");
}

function outcomeOf(answer: Answer): SignedIn {
  if (answer.status === 200) return { outcome: "in" };
  const pending = answer.data?.flows?.find(({ is_pending }) => is_pending);
  if (pending?.id === "mfa_authenticate") return { outcome: "code-needed" };
  return { outcome: "refused", code: answer.errors?.[0]?.code ?? String(answer.status) };
}

/** One call of allauth's; a refusal is an answer too. */
export async function askAuth(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(AUTH + path, {
    method,
    headers: { ...(await headersOfCall(method)), "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return { ...((await response.json()) as Answer), status: response.status };
}
