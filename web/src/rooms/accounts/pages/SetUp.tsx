import { Button, ColorInput, Group, PasswordInput, Select, Stack, Stepper, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useZones } from "~/api/zones";
import { Refusal } from "~/design/Refusal";
import { LANGUAGES, type Language, speak } from "~/i18n";
import { forgetEverything } from "~/routing/me";
import { OpenFrame } from "../components/OpenFrame";

interface Answers {
  name: string;
  email: string;
  password: string;
  business: string;
  language: Language;
  timezone: string;
  senderEmail: string;
  address: string;
  color: string;
}

type Form = UseFormReturnType<Answers>;
const FIELDS: (keyof Answers)[][] = [
  ["name", "email", "password"],
  ["business", "timezone"],
  ["senderEmail", "address", "color"],
];
const LEAST_PASSWORD = 10;

/** The first minute of an installation: the owner, her business, its face; then its home. */
export function SetUp() {
  const { t, i18n } = useTranslation("accounts");
  const navigate = useNavigate();
  const [step, setStep] = useState(0);
  const form = useForm<Answers>({
    initialValues: {
      name: "",
      email: "",
      password: "",
      business: "",
      language: i18n.language as Language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      senderEmail: "",
      address: "",
      color: "#3b44c3",
    },
    validate: {
      email: (value) => (value.includes("@") ? null : t("setUp.emailWrong")),
      password: (value) => (value.length >= LEAST_PASSWORD ? null : t("setUp.passwordShort")),
      business: (value) => (value.trim() ? null : t("setUp.businessMissing")),
      senderEmail: (value) => (!value || value.includes("@") ? null : t("setUp.emailWrong")),
    },
  });
  const finish = useMutation({
    mutationFn: async (answers: Answers) => {
      const { data, error } = await call.POST("/api/setup", { body: requestOf(answers) });
      if (!data) throw error;
      return data;
    },
    onSuccess: async (me) => {
      forgetEverything();
      const workspace = me.workspaces[0]?.slug;
      if (workspace) await navigate({ to: "/w/$workspace", params: { workspace } });
    },
  });
  const forward = () => {
    const wrong = (FIELDS[step] ?? []).filter((field) => form.validateField(field).hasError);
    if (wrong.length > 0) return;
    if (step < FIELDS.length - 1) setStep(step + 1);
    else finish.mutate(form.values);
  };

  return (
    <OpenFrame title={t("setUp.title")} wide>
      <Stepper active={step} size="xs" iconSize={28} onStepClick={setStep} allowNextStepsSelect={false}>
        <Stepper.Step label={t("setUp.you")} />
        <Stepper.Step label={t("setUp.business")} />
        <Stepper.Step label={t("setUp.face")} />
      </Stepper>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          forward();
        }}
      >
        <Stack>
          <Refusal error={finish.error} />
          {step === 0 && <You form={form} />}
          {step === 1 && <Business form={form} />}
          {step === 2 && <Face form={form} />}
          <Group justify="space-between">
            {step > 0 ? (
              <Button variant="default" onClick={() => setStep(step - 1)}>
                {t("setUp.back")}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" loading={finish.isPending}>
              {t(step === FIELDS.length - 1 ? "setUp.finish" : "setUp.next")}
            </Button>
          </Group>
        </Stack>
      </form>
    </OpenFrame>
  );
}

function requestOf(answers: Answers) {
  const { language, business, senderEmail, address, color } = answers;
  const local = (text: string) => ({ [language]: text });
  return {
    owner: { email: answers.email, password: answers.password, name: answers.name },
    workspace: { name: business, language, timezone: answers.timezone },
    brand: {
      name: local(business),
      sender_name: local(business),
      colors: { primary: color },
      ...(senderEmail && { sender_email: senderEmail }),
      ...(address && { address: local(address) }),
    },
  };
}

function You({ form }: { form: Form }) {
  const { t } = useTranslation("accounts");
  return (
    <>
      <TextInput label={t("name")} autoComplete="name" data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t("email")}
        type="email"
        autoComplete="username"
        dir="ltr"
        withAsterisk
        {...form.getInputProps("email")}
      />
      <PasswordInput
        label={t("password")}
        description={t("setUp.passwordWhat")}
        autoComplete="new-password"
        dir="ltr"
        withAsterisk
        {...form.getInputProps("password")}
      />
    </>
  );
}

function Business({ form }: { form: Form }) {
  const { t } = useTranslation("accounts");
  const zones = useZones(form.values.timezone);
  return (
    <>
      <TextInput
        label={t("setUp.businessName")}
        autoComplete="organization"
        withAsterisk
        {...form.getInputProps("business")}
      />
      <Select
        label={t("setUp.language")}
        description={t("setUp.languageWhat")}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        {...form.getInputProps("language")}
        onChange={(value) => {
          form.setFieldValue("language", value as Language);
          speak(value as Language);
        }}
      />
      <Select
        label={t("setUp.timezone")}
        description={t("setUp.timezoneWhat")}
        data={zones}
        searchable
        allowDeselect={false}
        limit={60}
        {...form.getInputProps("timezone")}
      />
    </>
  );
}

function Face({ form }: { form: Form }) {
  const { t } = useTranslation("accounts");
  return (
    <>
      <TextInput
        label={t("setUp.sender")}
        description={t("setUp.senderWhat")}
        type="email"
        dir="ltr"
        {...form.getInputProps("senderEmail")}
      />
      <TextInput
        label={t("setUp.address")}
        description={t("setUp.addressWhat")}
        autoComplete="street-address"
        {...form.getInputProps("address")}
      />
      <ColorInput
        label={t("setUp.color")}
        format="hex"
        withEyeDropper={false}
        {...form.getInputProps("color")}
      />
    </>
  );
}
