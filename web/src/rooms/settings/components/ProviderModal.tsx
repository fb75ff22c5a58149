import {
  Button,
  Group,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useLocal } from "~/i18n/local";
import { Fields } from "~/rooms/journeys";
import { useChange, useSaved } from "./asking";
import { problemsOf } from "./problems";
import { SenderNote } from "./SenderNote";

type Kind = Schema<"ProviderKindDetail">;

interface ProviderModalProps {
  kinds: Kind[];
  provider: Schema<"ProviderDetail"> | undefined;
  onClose: () => void;
}

/** Sets up an account of a provider or changes it; the form is drawn from what its kind asks for. */
export function ProviderModal({ kinds, provider, onClose }: ProviderModalProps) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const [key, setKey] = useState(provider?.kind ?? kinds[0]?.key);
  const kind = kinds.find((each) => each.key === key);
  return (
    <Modal opened onClose={onClose} title={provider ? provider.name : t("providers.new")} size="lg">
      <Stack>
        {!provider && kinds.length > 1 && (
          <Select
            label={t("providers.kind")}
            data={kinds.map((each) => ({ value: each.key, label: local(each.title) }))}
            value={key ?? null}
            onChange={(chosen) => chosen && setKey(chosen)}
            allowDeselect={false}
          />
        )}
        {kind && <ProviderForm key={kind.key} kind={kind} provider={provider} onDone={onClose} />}
      </Stack>
    </Modal>
  );
}

interface ProviderFormProps {
  kind: Kind;
  provider: Schema<"ProviderDetail"> | undefined;
  onDone: () => void;
}

function ProviderForm({ kind, provider, onDone }: ProviderFormProps) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const saved = useSaved();
  const [name, setName] = useState(provider?.name ?? kind.key);
  const [values, setValues] = useState(() => firstValues(kind, provider));
  const [secret, setSecret] = useState("");
  const [{ rate, enabled }, setUse] = useState(() => firstUse(provider));
  const save = useChange(() =>
    call.PUT("/api/providers/{channel}/{name}", {
      params: { path: { channel: kind.channel as "email", name } },
      body: {
        kind: kind.key,
        settings: values,
        secret: secret || null,
        rate_per_second: rate === "" ? null : Number(rate),
        enabled,
      },
    }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined, {
          onSuccess: () => {
            saved();
            onDone();
          },
        });
      }}
    >
      <Stack>
        <Text size="sm" c="var(--quiet)">
          {local(kind.setup)}
        </Text>
        <Refusal error={save.error} />
        {!provider && (
          <TextInput
            label={t("name")}
            description={t("providers.nameWhat")}
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <Fields
          fields={kind.settings}
          data={values}
          onChange={setValues}
          problems={problemsOf(save.error)}
          disabled={false}
        />
        {typeof values.from_email === "string" && <SenderNote address={values.from_email} />}
        {kind.secret && (
          <PasswordInput
            label={local(kind.secret)}
            description={t(provider?.has_secret ? "providers.secretKept" : "providers.secretWhat")}
            autoComplete="off"
            dir="ltr"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
        )}
        <NumberInput
          label={t("providers.rate")}
          description={t("providers.rateWhat")}
          min={0}
          value={rate}
          onChange={(changed) => setUse({ rate: changed, enabled })}
        />
        <Switch
          label={t("providers.use")}
          checked={enabled}
          onChange={(event) => setUse({ rate, enabled: event.currentTarget.checked })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t("save", { ns: "app" })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function firstUse(provider: Schema<"ProviderDetail"> | undefined): {
  rate: number | string;
  enabled: boolean;
} {
  return { rate: provider?.rate_per_second ?? "", enabled: provider?.enabled ?? true };
}

type Values = Schema<"ProviderDetail">["settings"];

function firstValues(kind: Kind, provider: Schema<"ProviderDetail"> | undefined): Values {
  const saved = Object.entries(provider?.settings ?? {}).filter(([, value]) => value !== null);
  const usual = provider ? [] : kind.settings.map(({ name, default: value }) => [name, value] as const);
  return Object.fromEntries([...usual.filter(([, value]) => value !== null), ...saved]);
}
