import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";

interface ListCardProps {
  list: string | null;
  onChange: (list: string | null) => void;
}

/** On which list the people of the file are put, if any. */
export function ListCard({ list, onChange }: ListCardProps) {
  const { t } = useTranslation("imports");
  const local = useLocal();
  const may = useAllowed("segments:write");
  const { data: lists } = api.useQuery("get", "/api/lists");
  return (
    <Card title={t("list.title")}>
      <Text c="var(--quiet)">{t(may ? "list.what" : "list.locked")}</Text>
      <Select
        aria-label={t("list.title")}
        placeholder={t("list.none")}
        data={lists?.map(({ key, name }) => ({ value: key, label: local(name) || key })) ?? []}
        value={list}
        onChange={onChange}
        disabled={!may}
        searchable
        clearable
        maw={420}
      />
    </Card>
  );
}
