import { type Answer, askAuth } from "./session";

const TOTP = "/account/authenticators/totp";
const RECOVERY = "/account/authenticators/recovery-codes";

/** What an authenticator app needs; empty when the second factor is on already. */
export interface Secret {
  secret: string;
  link: string;
}

/** Changes the reader's own password. */
export async function changePassword(current: string, fresh: string): Promise<void> {
  heard(
    await askAuth("POST", "/account/password/change", { current_password: current, new_password: fresh }),
  );
}

/** A fresh secret for an authenticator app. */
export async function beginTwoFactor(): Promise<Secret> {
  const answer = await askAuth("GET", TOTP);
  if (answer.status === 404) return { secret: answer.meta?.secret ?? "", link: answer.meta?.totp_url ?? "" };
  heard(answer);
  return { secret: "", link: "" };
}

/** Turns the second factor on with the app's first code. */
export async function finishTwoFactor(code: string): Promise<void> {
  heard(await askAuth("POST", TOTP, { code }));
}

/** Turns the second factor off. */
export async function endTwoFactor(): Promise<void> {
  heard(await askAuth("DELETE", TOTP));
}

/** The recovery codes that were not used yet, while they may be seen. */
export async function readRecoveryCodes(): Promise<string[]> {
  const answer = await askAuth("GET", RECOVERY);
  if (answer.status === 404) return [];
  heard(answer);
  return answer.data?.unused_codes ?? [];
}

/** New recovery codes in place of the old. */
export async function renewRecoveryCodes(): Promise<void> {
  heard(await askAuth("POST", RECOVERY, {}));
}

function heard(answer: Answer): void {
  if (answer.status < 400) return;
  throw new Error(answer.errors?.map(({ message }) => message).join(" ") ?? "");
}
