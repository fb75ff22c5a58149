import { Button, Group, Modal, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Refusal } from "~/design/Refusal";

interface Names {
  he: string;
  en: string;
}

interface NameModalProps {
  title: string;
  confirm: string;
  name: Names;
  onClose: () => void;
  onName: (name: Names) => void;
  saving: boolean;
  error: unknown;
}

/** Asks what a list is called; one language is enough, and stands for both. */
export function NameModal({ title, confirm, name: before, onClose, onName, saving, error }: NameModalProps) {
  const { t } = useTranslation("lists");
  const [name, setName] = useState(before);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const he = name.he.trim() || name.en.trim();
    onName({ he, en: name.en.trim() || he });
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <BothTextsInput label={t("name")} value={name} onChange={setName} />
          <Refusal error={error} />
          <Group justify="flex-end">
            <Button type="submit" loading={saving} disabled={!name.he.trim() && !name.en.trim()}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
