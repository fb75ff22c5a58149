import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useWorkspace } from "~/routing/workspace";
import { nameOf } from "../names";

interface PersonPickerProps {
  label: string;
  value: number | undefined;
  onChange: (id: number | undefined) => void;
}

/** Finds one person by name, address or number. */
export function PersonPicker({ label, value, onChange }: PersonPickerProps) {
  const { t } = useTranslation("people");
  const { slug } = useWorkspace();
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words, 250);
  const { data } = useQuery({
    queryKey: ["people", slug, "picker", search],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { data: found, error } = await call.GET("/api/profiles", {
        params: { query: { limit: 20, ...(search && { q: search }) } },
      });
      if (!found) throw error;
      return found.items;
    },
  });
  const options = (data ?? []).map((person) => ({ value: String(person.id), label: nameOf(person) }));
  return (
    <Select
      aria-label={label}
      placeholder={label}
      leftSection={<IconUserSearch size={16} aria-hidden />}
      data={options}
      value={value === undefined ? null : String(value)}
      onChange={(id) => onChange(id === null ? undefined : Number(id))}
      onSearchChange={setWords}
      filter={({ options: found }) => found}
      nothingFoundMessage={t("nobodyFound")}
      searchable
      clearable
      w={240}
    />
  );
}
