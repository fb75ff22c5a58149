import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { NameModal } from "./NameModal";
import { useListChange } from "./useLists";

/** Makes an empty list and opens it. */
export function NewList({ taken }: { taken: string[] }) {
  const { t } = useTranslation("lists");
  const { slug } = useWorkspace();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const create = useListChange((name: { he: string; en: string }) =>
    call.POST("/api/lists", { body: { key: keyFrom(name.en, "list", taken), name } }),
  );
  if (!useAllowed("segments:write")) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
        {t("new")}
      </Button>
      {opened && (
        <NameModal
          title={t("new")}
          confirm={t("create")}
          name={{ he: "", en: "" }}
          onClose={close}
          saving={create.isPending}
          error={create.error}
          onName={(name) =>
            create.mutate(name, {
              onSuccess: (made) =>
                made &&
                navigate({ to: "/w/$workspace/lists/$list", params: { workspace: slug, list: made.key } }),
            })
          }
        />
      )}
    </>
  );
}
