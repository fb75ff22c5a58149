import { Button, Fieldset, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useAllowed } from "~/routing/workspace";
import { useChange, useSaved, useSettings } from "../components/asking";
import { FooterPreview } from "../components/FooterPreview";
import { Locked } from "../components/Locked";

type Profile = Schema<"LegalProfileDetail">;

/** Who answers for the messages by law, and which law they are held to. */
export function Legal() {
  const { t } = useTranslation("settings");
  const { data, error } = useSettings("legal", () => call.GET("/api/legal-profile"));
  return (
    <Screen title={t("legal.title")} about={t("legal.about")}>
      <Locked permission="accounts:write" />
      <Refusal error={error} />
      {data ? <LegalForm saved={data} /> : !error && <Waiting />}
      {data && <FooterPreview />}
    </Screen>
  );
}

function LegalForm({ saved }: { saved: Profile }) {
  const { t } = useTranslation("settings");
  const may = useAllowed("accounts:write");
  const told = useSaved();
  const [profile, setProfile] = useState(saved);
  const set = (change: Partial<Profile>) => setProfile({ ...profile, ...change });
  const save = useChange(() => call.PUT("/api/legal-profile", { body: profile }));
  const texts = (field: "name" | "address" | "unsubscribe_way") => (
    <BothTextsInput
      label={t(`legal.${field}`)}
      value={profile[field]}
      onChange={(value) => set({ [field]: value })}
      readOnly={!may}
    />
  );
  const word = (field: "registration_number" | "phone" | "email", type: "text" | "tel" | "email") => (
    <TextInput
      label={t(`legal.${field}`)}
      type={type}
      dir="ltr"
      maw={320}
      maxLength={320}
      value={profile[field]}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
      readOnly={!may}
    />
  );
  return (
    <Card>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined, { onSuccess: told });
        }}
      >
        <Fieldset variant="unstyled" disabled={!may}>
          <Stack maw={820}>
            <Text size="sm" c="var(--quiet)">
              {t("legal.gaps")}
            </Text>
            <Refusal error={save.error} />
            {texts("name")}
            {word("registration_number", "text")}
            {texts("address")}
            {word("phone", "tel")}
            {word("email", "email")}
            {texts("unsubscribe_way")}
            <Text size="sm" c="var(--quiet)" mt={-8}>
              {t("legal.unsubscribe_wayWhat")}
            </Text>
            <Switch
              label={t("legal.section_30a")}
              description={t("legal.section_30aWhat")}
              checked={profile.section_30a}
              onChange={({ currentTarget }) => set({ section_30a: currentTarget.checked })}
            />
            <Group>
              <Button type="submit" loading={save.isPending}>
                {t("save", { ns: "app" })}
              </Button>
            </Group>
          </Stack>
        </Fieldset>
      </form>
    </Card>
  );
}
