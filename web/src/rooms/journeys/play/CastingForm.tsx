import {
  ActionIcon,
  Autocomplete,
  Button,
  Checkbox,
  Group,
  JsonInput,
  Paper,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlayerPlay, IconPlus, IconTrash } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { LANGUAGES } from "~/i18n";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { isMap } from "../definition/paths";
import { readLength } from "../definition/durations";
import { useVocabulary } from "../editing/useTypes";
import { LengthInput } from "../forms/times";
import { plainField } from "../forms/plain";
import { readJson } from "../forms/JsonInput";
import type { Casting, Deed, Play } from "./usePlay";

/** Who walks the journey, and what she does on the way. */
export function CastingForm({ play }: { play: Play }) {
  const { t } = useTranslation("journeys");
  const { casting, setCasting } = play;
  const maySee = useAllowed("profiles:read");
  const [real, setReal] = useState(casting.person !== undefined);
  const choose = (who: string) => {
    setReal(who === "real");
    if (who !== "real") setCasting({ ...casting, person: undefined });
  };
  return (
    <Stack>
      <Stack gap={4}>
        <Title order={2} size="h5">
          {t("play.title")}
        </Title>
        <Text size="sm" c="var(--quiet)">
          {t("play.about")}
        </Text>
      </Stack>
      {maySee && (
        <SegmentedControl
          aria-label={t("play.who")}
          value={real ? "real" : "imagined"}
          onChange={choose}
          data={[
            { value: "imagined", label: t("play.imagined") },
            { value: "real", label: t("play.real") },
          ]}
        />
      )}
      {real ? (
        <RealPerson casting={casting} onChange={setCasting} />
      ) : (
        <Imagined casting={casting} onChange={setCasting} />
      )}
      <Deeds casting={casting} onChange={setCasting} />
      <Refusal error={play.error} />
      <Button
        leftSection={<IconPlayerPlay size={18} aria-hidden />}
        onClick={play.begin}
        loading={play.beginning}
        disabled={real && casting.person === undefined}
      >
        {t("play.begin")}
      </Button>
    </Stack>
  );
}

interface CastingProps {
  casting: Casting;
  onChange: (casting: Casting) => void;
}

function Imagined({ casting, onChange }: CastingProps) {
  const { t } = useTranslation("journeys");
  const { imagined } = casting;
  const change = (part: Partial<Casting["imagined"]>) =>
    onChange({ ...casting, imagined: { ...imagined, ...part } });
  return (
    <Stack gap="sm">
      <TextInput
        label={t("play.firstName")}
        dir="auto"
        value={imagined.firstName}
        onChange={({ currentTarget }) => change({ firstName: currentTarget.value })}
      />
      <TextInput
        label={t("play.email")}
        dir="ltr"
        value={imagined.email}
        onChange={({ currentTarget }) => change({ email: currentTarget.value })}
      />
      <Select
        label={t("play.language")}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        value={imagined.language}
        onChange={(language) => language && change({ language })}
        allowDeselect={false}
      />
      <Checkbox
        label={t("play.permitted")}
        checked={imagined.permitted}
        onChange={({ currentTarget }) => change({ permitted: currentTarget.checked })}
      />
    </Stack>
  );
}

function RealPerson({ casting, onChange }: CastingProps) {
  const { t } = useTranslation("journeys");
  const { slug } = useWorkspace();
  const [wanted, setWanted] = useState("");
  const [settled] = useDebouncedValue(wanted, 250);
  const { data } = useQuery({
    queryKey: ["journeys", slug, "people", settled],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { data: found, error } = await call.GET("/api/profiles", {
        params: { query: { limit: 20, ...(settled && { q: settled }) } },
      });
      if (!found) throw error;
      return found.items;
    },
  });
  const people = (data ?? []).map(({ id, email, traits }) => ({
    value: String(id),
    label: [traits.first_name ?? traits.firstName ?? traits.name, email ?? `#${id}`]
      .filter(Boolean)
      .join(" · "),
  }));
  return (
    <Select
      label={t("play.person")}
      placeholder={t("play.personSearch")}
      data={people}
      value={casting.person ?? null}
      onChange={(person) => onChange({ ...casting, person: person ?? undefined })}
      searchable
      filter={({ options }) => options}
      onSearchChange={setWanted}
      nothingFoundMessage={t("play.nobody")}
    />
  );
}

function Deeds({ casting, onChange }: CastingProps) {
  const { t } = useTranslation("journeys");
  const { deeds } = casting;
  const put = (at: number, deed: Deed | undefined) =>
    onChange({
      ...casting,
      deeds: deeds.flatMap((each, place) => (place === at ? (deed ? [deed] : []) : [each])),
    });
  return (
    <Stack gap="xs" role="group" aria-label={t("play.deeds")}>
      <Title order={3} size="sm">
        {t("play.deeds")}
      </Title>
      {deeds.map((deed, at) => (
        <DeedForm key={at} deed={deed} first={at === 0} onChange={(changed) => put(at, changed)} />
      ))}
      <Button
        variant="light"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() =>
          onChange({
            ...casting,
            deeds: [...deeds, { event: "", after: deeds.length > 0 ? "1h" : "", properties: {} }],
          })
        }
      >
        {t("play.addDeed")}
      </Button>
    </Stack>
  );
}

function DeedForm({
  deed,
  first,
  onChange,
}: {
  deed: Deed;
  first: boolean;
  onChange: (deed: Deed | undefined) => void;
}) {
  const { t } = useTranslation("journeys");
  const language = useTranslation().i18n.language;
  const events = useVocabulary()?.events.map(({ name }) => name) ?? [];
  const [text, setText] = useState(JSON.stringify(deed.properties));
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group gap={6} wrap="nowrap" align="flex-end">
          <Autocomplete
            label={t("play.event")}
            data={events}
            limit={50}
            dir="auto"
            value={deed.event}
            onChange={(event) => onChange({ ...deed, event })}
            flex={1}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={4}
            aria-label={t("form.remove")}
            onClick={() => onChange(undefined)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
        {!first && (
          <LengthInput
            {...plainField("after", "duration")}
            label={t("play.after")}
            value={readLength(deed.after) ? deed.after : undefined}
            onChange={(after) => onChange({ ...deed, after: typeof after === "string" ? after : "" })}
          />
        )}
        <JsonInput
          label={t("play.properties")}
          description={t("play.propertiesWhat")}
          dir="ltr"
          lang={language}
          autosize
          minRows={1}
          maxRows={8}
          validationError={t("form.notJson")}
          value={text}
          onChange={(next) => {
            setText(next);
            const read = readJson(next);
            if (read.sound) onChange({ ...deed, properties: isMap(read.value) ? read.value : {} });
          }}
        />
      </Stack>
    </Paper>
  );
}
