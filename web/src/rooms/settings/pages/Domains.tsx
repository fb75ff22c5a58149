import { Button, Group, TextInput } from "@mantine/core";
import { IconWorldCheck } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useAllowed } from "~/routing/workspace";
import { useChange, useSettings } from "../components/asking";
import { DomainCard } from "../components/DomainCard";
import { Locked } from "../components/Locked";

/** The domains from which messages come: what to publish in DNS, and what stands there. */
export function Domains() {
  const { t } = useTranslation("settings");
  const { data: domains, error } = useSettings("domains", () => call.GET("/api/domains"));
  return (
    <Screen title={t("domains.title")} about={t("domains.about")}>
      <Locked permission="messaging:providers" />
      <Refusal error={error} />
      {!domains && !error && <Waiting />}
      {domains?.map((domain) => (
        <DomainCard key={domain.name} domain={domain} />
      ))}
      {domains && (
        <Card>
          {domains.length === 0 && (
            <Empty icon={IconWorldCheck} title={t("domains.empty")}>
              {t("domains.emptyWhat")}
            </Empty>
          )}
          <NewDomain />
        </Card>
      )}
    </Screen>
  );
}

function NewDomain() {
  const { t } = useTranslation("settings");
  const [name, setName] = useState("");
  const add = useChange(() => call.POST("/api/domains", { body: { name } }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined, { onSuccess: () => setName("") });
  };
  if (!useAllowed("messaging:providers")) return null;
  return (
    <form onSubmit={submit}>
      <Refusal error={add.error} />
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("domains.new")}
          description={t("domains.newWhat")}
          placeholder="shop.example.com"
          dir="ltr"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={253}
          flex={1}
          maw={400}
        />
        <Button type="submit" variant="default" loading={add.isPending}>
          {t("domains.add")}
        </Button>
      </Group>
    </form>
  );
}
