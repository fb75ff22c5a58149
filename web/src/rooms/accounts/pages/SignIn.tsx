import { Alert, Button, PasswordInput, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { forgetEverything } from "~/routing/me";
import { OpenFrame } from "../components/OpenFrame";
import { giveCode, type SignedIn, signIn } from "../session";

const route = getRouteApi("/sign-in");

/** Signing in: e-mail and password, then the second factor of who has one. */
export function SignIn() {
  const { t } = useTranslation("accounts");
  const router = useRouter();
  const { next } = route.useSearch();
  const [step, setStep] = useState<"password" | "code">("password");
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);

  const attempt = async (promise: Promise<SignedIn>) => {
    setBusy(true);
    const result = await promise.catch((): SignedIn => ({ outcome: "refused", code: "offline" }));
    setBusy(false);
    setRefusal(result.outcome === "refused" ? result.code : undefined);
    if (result.outcome === "code-needed") setStep("code");
    if (result.outcome !== "in") return;
    forgetEverything();
    if (next) router.history.push(next);
    else await router.navigate({ to: "/" });
  };

  return (
    <OpenFrame title={t("signIn.title")}>
      {refusal && (
        <Alert color="red" role="alert">
          {t(`signIn.refused.${REFUSALS[refusal] ?? "unknown"}`)}
        </Alert>
      )}
      {step === "password" ? (
        <>
          <DemoButton busy={busy} onSignIn={(email, password) => attempt(signIn(email, password))} />
          <PasswordForm busy={busy} onSubmit={(email, password) => attempt(signIn(email, password))} />
        </>
      ) : (
        <CodeForm busy={busy} onSubmit={(code) => attempt(giveCode(code))} />
      )}
    </OpenFrame>
  );
}

const REFUSALS: Record<string, "mismatch" | "tooMany" | "code" | "offline"> = {
  email_password_mismatch: "mismatch",
  too_many_login_attempts: "tooMany",
  "429": "tooMany",
  incorrect_code: "code",
  offline: "offline",
};

interface DemoButtonProps {
  busy: boolean;
  onSignIn: (email: string, password: string) => void;
}

/** On a demo that only this machine reaches: in with one press. */
function DemoButton({ busy, onSignIn }: DemoButtonProps) {
  const { t } = useTranslation("accounts");
  const { data } = api.useQuery("get", "/api/setup");
  const account = data?.demo_sign_in;
  if (!account) return null;
  return (
    <Alert title={t("signIn.demoWhat")} p="sm">
      <Button loading={busy} onClick={() => onSignIn(account.email, account.password)} fullWidth>
        {t("signIn.demo")}
      </Button>
    </Alert>
  );
}

interface PasswordFormProps {
  busy: boolean;
  onSubmit: (email: string, password: string) => void;
}

function PasswordForm({ busy, onSubmit }: PasswordFormProps) {
  const { t } = useTranslation("accounts");
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "" } });
  return (
    <form onSubmit={form.onSubmit(({ email, password }) => onSubmit(email, password))}>
      <Stack>
        <TextInput
          label={t("email")}
          type="email"
          autoComplete="username"
          dir="ltr"
          required
          autoFocus
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label={t("password")}
          autoComplete="current-password"
          dir="ltr"
          required
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={busy} fullWidth>
          {t("signIn.do")}
        </Button>
      </Stack>
    </form>
  );
}

function CodeForm({ busy, onSubmit }: { busy: boolean; onSubmit: (code: string) => void }) {
  const { t } = useTranslation("accounts");
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(code);
      }}
    >
      <Stack align="center">
        <Text>{t(recovery ? "signIn.recoveryWhat" : "signIn.codeWhat")}</Text>
        {recovery ? (
          <TextInput
            label={t("signIn.recoveryCode")}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value.trim())}
            dir="ltr"
          />
        ) : (
          <PinInput
            length={6}
            type="number"
            oneTimeCode
            autoFocus
            onComplete={onSubmit}
            onChange={setCode}
            dir="ltr"
            aria-label={t("signIn.code")}
          />
        )}
        <Button type="submit" loading={busy} fullWidth>
          {t("signIn.do")}
        </Button>
        <Button variant="subtle" size="xs" onClick={() => setRecovery(!recovery)}>
          {t(recovery ? "signIn.useCode" : "signIn.useRecovery")}
        </Button>
      </Stack>
    </form>
  );
}
