import { Alert, Anchor } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useSettings } from "./asking";

/** Warns of a sender's address whose domain is not proven to be the workspace's; nothing where it is, or is not known. */
export function SenderNote({ address }: { address: string }) {
  return useAllowed("messaging:read") ? <Warning address={address} /> : null;
}

function Warning({ address }: { address: string }) {
  const { t } = useTranslation("settings");
  const { slug } = useWorkspace();
  const { data: domains } = useSettings("domains", () => call.GET("/api/domains"));
  const host = /@([^@\s]+\.[^@\s]+)$/.exec(address.trim())?.[1]?.toLowerCase();
  if (!domains || !host) return null;
  const own = domains.filter(({ name }) => host === name || host.endsWith(`.${name}`));
  if (own.some(({ verified }) => verified)) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} role="status">
      {t(own.length > 0 ? "domains.note.pending" : "domains.note.unknown")} <bdi dir="ltr">{host}</bdi>.{" "}
      <Anchor
        inherit
        underline="always"
        renderRoot={(props) => (
          <Link to="/w/$workspace/settings/domains" params={{ workspace: slug }} {...props} />
        )}
      >
        {t("domains.note.open")}
      </Anchor>
    </Alert>
  );
}
