import { Button } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAllowed, useWorkspace } from "~/routing/workspace";

/** Leads to the imports; with a list, the people of the next file are put on it. */
export function ImportButton({ list }: { list?: string }) {
  const { t } = useTranslation("imports");
  const { slug } = useWorkspace();
  if (!useAllowed("profiles:write")) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconFileImport size={18} aria-hidden />}
      renderRoot={(props) => (
        <Link
          to="/w/$workspace/people/imports"
          params={{ workspace: slug }}
          search={list ? { list } : {}}
          {...props}
        />
      )}
    >
      {t("do")}
    </Button>
  );
}
