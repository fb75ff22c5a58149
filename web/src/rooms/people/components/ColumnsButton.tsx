import { Button, MultiSelect, Popover } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useNames } from "~/i18n/names";

const MOST = 20;

interface ColumnsButtonProps {
  columns: string[];
  onChange: (columns: string[]) => void;
}

/** Chooses which traits are shown of everybody. */
export function ColumnsButton({ columns, onChange }: ColumnsButtonProps) {
  const { t } = useTranslation("people");
  const { data: traits } = api.useQuery("get", "/api/traits");
  const names = useNames();
  const keys = new Set([...(traits ?? []).map(({ name }) => name), ...columns]);
  return (
    <Popover width={320} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={18} aria-hidden />}>
          {t("columns.do")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <MultiSelect
          label={t("columns.title")}
          description={t("columns.what")}
          data={[...keys].map((value) => ({ value, label: names.trait(value) }))}
          value={columns}
          onChange={onChange}
          maxValues={MOST}
          nothingFoundMessage={t("columns.none")}
          comboboxProps={{ withinPortal: false }}
          searchable
          clearable
        />
      </Popover.Dropdown>
    </Popover>
  );
}
