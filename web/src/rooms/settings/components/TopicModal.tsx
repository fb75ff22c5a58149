import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { useChange, useSaved } from "./asking";

const PURPOSES: Schema<"Purpose">[] = ["marketing", "transactional"];

interface TopicModalProps {
  topic: Schema<"TopicDetail"> | undefined;
  onClose: () => void;
}

/** Adds a topic, or changes what people read of it; its key and purpose are for good. */
export function TopicModal({ topic, onClose }: TopicModalProps) {
  const { t } = useTranslation("settings");
  const saved = useSaved();
  const form = useForm({ initialValues: firstValues(topic) });
  const save = useChange((values: Values) => saveTopic(values, topic));
  const submit = (values: Values) =>
    save.mutate(values, {
      onSuccess: () => {
        saved();
        onClose();
      },
    });
  return (
    <Modal opened onClose={onClose} title={t(topic ? "topics.edit" : "topics.new")} size="lg">
      <form onSubmit={form.onSubmit(submit)}>
        <Stack>
          <Text size="sm" c="var(--quiet)">
            {t("topics.editWhat")}
          </Text>
          <Refusal error={save.error} />
          <Group grow align="flex-start">
            <TextInput
              label={t("topics.he")}
              dir="rtl"
              lang="he"
              data-autofocus
              {...form.getInputProps("he")}
            />
            <TextInput label={t("topics.en")} dir="ltr" lang="en" {...form.getInputProps("en")} />
          </Group>
          <Group grow align="flex-start">
            <TextInput label={t("topics.aboutHe")} dir="rtl" lang="he" {...form.getInputProps("aboutHe")} />
            <TextInput label={t("topics.aboutEn")} dir="ltr" lang="en" {...form.getInputProps("aboutEn")} />
          </Group>
          {!topic && (
            <>
              <TextInput
                label={t("topics.key")}
                description={t("topics.keyWhat")}
                dir="ltr"
                required
                {...form.getInputProps("key")}
              />
              <Select
                label={t("topics.purpose")}
                description={t("topics.purposeWhat")}
                data={PURPOSES.map((value) => ({ value, label: t(`topics.purposes.${value}`) }))}
                allowDeselect={false}
                {...form.getInputProps("purpose")}
              />
            </>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t("save", { ns: "app" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function firstValues(topic: Schema<"TopicDetail"> | undefined) {
  if (!topic) return { key: "", he: "", en: "", aboutHe: "", aboutEn: "", purpose: "marketing" };
  const { key, name, description, purpose } = topic;
  return { key, he: name.he, en: name.en, aboutHe: description.he, aboutEn: description.en, purpose };
}

type Values = ReturnType<typeof firstValues>;

function saveTopic(values: Values, topic: Schema<"TopicDetail"> | undefined) {
  const name = { he: values.he || null, en: values.en || null };
  const description = { he: values.aboutHe || null, en: values.aboutEn || null };
  if (topic) {
    return call.PATCH("/api/topics/{key}", {
      params: { path: { key: topic.key } },
      body: { name, description },
    });
  }
  const described = values.aboutHe || values.aboutEn ? description : null;
  const purpose = values.purpose as Schema<"Purpose">;
  return call.POST("/api/topics", {
    body: { key: values.key, name, description: described, purpose, position: 0 },
  });
}
