import { Anchor, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBuilding, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { PagedTable } from "~/design/PagedTable";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";
import { useSettings } from "../components/asking";
import { shownName } from "../components/objects";

type Kind = Schema<"ObjectKindDetail">;

/** Companies and whatever else people belong to: the kinds, and the objects of one. */
export function Objects() {
  const { t } = useTranslation("settings");
  const { data: kinds, error } = useSettings("object kinds", () => call.GET("/api/object-kinds"));
  return (
    <Screen title={t("objects.title")} about={t("objects.about")}>
      <Refusal error={error} />
      {!kinds && !error && <Waiting />}
      {kinds && <Kinds kinds={kinds} />}
    </Screen>
  );
}

function Kinds({ kinds }: { kinds: Kind[] }) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = kinds.find(({ key }) => key === chosen) ?? kinds[0];
  if (!kind)
    return (
      <Card>
        <Empty icon={IconBuilding} title={t("objects.empty")}>
          {t("objects.emptyWhat")}
        </Empty>
      </Card>
    );
  return (
    <Card>
      {kinds.length > 1 && (
        <Select
          label={t("objects.kind")}
          data={kinds.map(({ key, plural }) => ({ value: key, label: local(plural) }))}
          value={kind.key}
          onChange={setChosen}
          allowDeselect={false}
          maw={320}
        />
      )}
      {kind.refused_count > 0 && (
        <Text size="sm" c="var(--quiet)">
          {t("objects.refused", { count: kind.refused_count })}
        </Text>
      )}
      <OfKind key={kind.key} kind={kind} />
    </Card>
  );
}

function OfKind({ kind }: { kind: Kind }) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const format = useFormat();
  const { slug } = useWorkspace();
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text.trim(), 250);
  const pages = usePages<Schema<"ObjectDetail">>(["settings", slug, "objects", kind.key, q], (cursor) =>
    call.GET("/api/objects/{kind}", {
      params: { path: { kind: kind.key }, query: { q, ...(cursor && { cursor }) } },
    }),
  );
  return (
    <>
      <TextInput
        label={t("objects.find")}
        leftSection={<IconSearch size={18} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        maw={400}
      />
      <PagedTable
        label={local(kind.plural)}
        {...pages}
        rowKey={({ key }) => key}
        empty={
          <Empty icon={IconBuilding} title={t("objects.none")}>
            {t(q ? "objects.noneFound" : "objects.noneWhat")}
          </Empty>
        }
        columns={[
          {
            key: "name",
            head: t("name"),
            cell: (object) => (
              <Anchor
                inherit
                fw={600}
                renderRoot={(props) => (
                  <Link
                    to="/w/$workspace/settings/objects/$kind/$key"
                    params={{ workspace: slug, kind: kind.key, key: object.key }}
                    {...props}
                  />
                )}
              >
                <bdi>{shownName(object)}</bdi>
              </Anchor>
            ),
          },
          { key: "key", head: t("objects.key"), cell: ({ key }) => <bdi dir="ltr">{key}</bdi> },
          { key: "updated", head: t("objects.updated"), cell: ({ updated_at }) => format.ago(updated_at) },
        ]}
      />
    </>
  );
}
