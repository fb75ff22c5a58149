import { Code, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";

/** Who changed what, the newest first. */
export function Audit() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const local = useLocal();
  const { slug } = useWorkspace();
  const pages = usePages<Schema<"AuditEntryDetail">>(["settings", slug, "audit"], (cursor) =>
    call.GET("/api/audit", { params: { query: cursor ? { cursor } : {} } }),
  );
  return (
    <Screen title={t("audit.title")} about={t("audit.about")}>
      <Card>
        <PagedTable
          label={t("audit.title")}
          {...pages}
          rowKey={({ id }) => id}
          empty={
            <Empty icon={IconHistory} title={t("audit.empty")}>
              {t("audit.emptyWhat")}
            </Empty>
          }
          columns={[
            {
              key: "at",
              head: t("audit.at"),
              cell: ({ at }) => (
                <span className="numbers" style={{ whiteSpace: "nowrap" }}>
                  {format.dateTime(at)}
                </span>
              ),
            },
            { key: "who", head: t("audit.who"), cell: ({ actor }) => <bdi>{actor}</bdi> },
            {
              key: "what",
              head: t("audit.what"),
              cell: ({ label, action, target }) => (
                <>
                  <span title={action}>{local(label)}</span>
                  <Text size="sm" c="var(--quiet)">
                    <bdi>{target}</bdi>
                  </Text>
                </>
              ),
            },
            { key: "changes", head: t("audit.changes"), cell: ({ changes }) => <Changes of={changes} /> },
          ]}
        />
      </Card>
    </Screen>
  );
}

function Changes({ of: changes }: { of: Schema<"AuditEntryDetail">["changes"] }) {
  const entries = Object.entries(changes);
  if (entries.length === 0) return null;
  const text = entries.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join("\n");
  return (
    <Code
      block
      dir="ltr"
      mah={110}
      maw={420}
      tabIndex={0}
      style={{ overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
    >
      {text}
    </Code>
  );
}
