import { Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconTargetArrow } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { useSettings } from "../components/asking";
import { Locked } from "../components/Locked";

/** The models of lead scores: who people are, times what they do. */
export function Scores() {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const format = useFormat();
  const { slug } = useWorkspace();
  const may = useAllowed("segments:write");
  const { data: models, error } = useSettings("scores", () => call.GET("/api/scores"));
  const add = may && (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      renderRoot={(props) => (
        <Link to="/w/$workspace/settings/scores/$key" params={{ workspace: slug, key: "new" }} {...props} />
      )}
    >
      {t("scores.new")}
    </Button>
  );
  return (
    <Screen title={t("scores.title")} about={t("scores.about")} actions={models && models.length > 0 && add}>
      <Locked permission="segments:write" />
      <Card>
        <PagedTable
          label={t("scores.title")}
          rows={models}
          rowKey={({ key }) => key}
          error={error}
          empty={
            <Empty icon={IconTargetArrow} title={t("scores.empty")} action={add}>
              {t("scores.emptyWhat")}
            </Empty>
          }
          columns={[
            {
              key: "name",
              head: t("name"),
              cell: ({ key, name }) => (
                <>
                  <Anchor
                    inherit
                    fw={600}
                    renderRoot={(props) => (
                      <Link
                        to="/w/$workspace/settings/scores/$key"
                        params={{ workspace: slug, key }}
                        {...props}
                      />
                    )}
                  >
                    <bdi>{local(name)}</bdi>
                  </Anchor>
                  <Text size="xs" c="var(--quiet)">
                    <bdi dir="ltr">{key}</bdi>
                  </Text>
                </>
              ),
            },
            {
              key: "state",
              head: t("scores.state"),
              cell: ({ state }) => (
                <Group gap={6}>
                  <Badge color={state === "building" ? "gray" : "green"} variant="light">
                    {t(state === "building" ? "scores.building" : "scores.live")}
                  </Badge>
                </Group>
              ),
            },
            { key: "changed", head: t("scores.changed"), cell: ({ updated_at }) => format.date(updated_at) },
          ]}
        />
      </Card>
    </Screen>
  );
}
