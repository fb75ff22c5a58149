import { Group, Select, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";
import { CHANNELS, type Consent } from "./consent";

interface ConsentCardProps {
  consent: Consent | null;
  onChange: (consent: Consent | null) => void;
  /** The column that says who agreed; undefined when none does. */
  column: string | undefined;
  fresh: Consent;
}

/** What the people of the file agreed to, with the proof: where, and in which words. */
export function ConsentCard({ consent, onChange, column, fresh }: ConsentCardProps) {
  const { t } = useTranslation("imports");
  const may = useAllowed("consent:write");
  return (
    <Card title={t("consent.title")}>
      {!may && <Text c="var(--quiet)">{t("consent.locked")}</Text>}
      {column === undefined && (
        <Switch
          label={t("consent.has")}
          description={t(consent ? "consent.proof" : "consent.without")}
          checked={consent !== null}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? fresh : null)}
          disabled={!may}
        />
      )}
      {consent && (
        <>
          <Text>
            {column === undefined
              ? t("consent.everybody")
              : `${t("consent.byColumn", { column })} ${t("consent.proof")}`}
          </Text>
          <ConsentFields consent={consent} onChange={onChange} />
        </>
      )}
    </Card>
  );
}

function ConsentFields({ consent, onChange }: { consent: Consent; onChange: (consent: Consent) => void }) {
  const { t } = useTranslation("imports");
  const local = useLocal();
  const { data: topics } = api.useQuery("get", "/api/topics");
  const open = topics?.filter((topic) => !topic.archived_at) ?? [];
  return (
    <Stack gap="sm">
      <Group align="flex-start" gap="sm">
        <Select
          label={t("consent.channel")}
          data={CHANNELS.map((value) => ({ value, label: t(`consent.channels.${value}`) }))}
          value={consent.channel}
          onChange={(channel) => onChange({ ...consent, channel: channel ?? consent.channel })}
          allowDeselect={false}
          flex="1 1 160px"
        />
        <Select
          label={t("consent.topic")}
          data={[
            { value: "", label: t("consent.everything") },
            ...open.map(({ key, name }) => ({ value: key, label: local(name) })),
          ]}
          value={consent.topic}
          onChange={(topic) => onChange({ ...consent, topic: topic ?? "" })}
          allowDeselect={false}
          flex="1 1 160px"
        />
        <DateInput
          label={t("consent.givenAt")}
          placeholder={t("consent.now")}
          value={consent.day}
          onChange={(day) => onChange({ ...consent, day })}
          maxDate={new Date()}
          clearable
          flex="1 1 160px"
        />
      </Group>
      <TextInput
        label={t("consent.source")}
        placeholder={t("consent.sourceFor")}
        value={consent.source}
        onChange={({ currentTarget }) => onChange({ ...consent, source: currentTarget.value })}
        maxLength={200}
        required
      />
      <Textarea
        label={t("consent.wording")}
        placeholder={t("consent.wordingFor")}
        value={consent.wording}
        onChange={({ currentTarget }) => onChange({ ...consent, wording: currentTarget.value })}
        maxLength={10_000}
        minRows={2}
        autosize
        required
      />
    </Stack>
  );
}
