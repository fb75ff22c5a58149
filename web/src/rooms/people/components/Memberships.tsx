import { Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";

/** The segments and lists that a person is in, and her scores. */
export function Memberships({ person }: { person: number }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const { slug: workspace } = useWorkspace();
  const path = { params: { path: { profile_id: person } } };
  const segments = api.useQuery("get", "/api/profiles/{profile_id}/segments", path).data ?? [];
  const lists = api.useQuery("get", "/api/profiles/{profile_id}/lists", path).data ?? [];
  const scores = api.useQuery("get", "/api/profiles/{profile_id}/scores", path).data ?? [];
  const nameOfSegment = useNamesByKey(api.useQuery("get", "/api/segments").data);
  const nameOfList = useNamesByKey(api.useQuery("get", "/api/lists").data);
  const nameOfScore = useNamesByKey(api.useQuery("get", "/api/scores").data);
  const nothing = segments.length + lists.length + scores.length === 0;
  return (
    <Card title={t("memberships.title")}>
      {nothing && <Text c="var(--quiet)">{t("memberships.empty")}</Text>}
      <Group gap={6} className="filled">
        {segments.map(({ segment, since }) => (
          <Link
            key={segment}
            to="/w/$workspace/segments/$key"
            params={{ workspace, key: segment }}
            search={{ person }}
            title={t("memberships.why")}
          >
            <Badge variant="light" tt="none" title={format.dateTime(since)}>
              <bdi>{nameOfSegment(segment)}</bdi>
            </Badge>
          </Link>
        ))}
        {lists.map(({ key, since }) => (
          <Link key={key} to="/w/$workspace/lists/$list" params={{ workspace, list: key }}>
            <Badge variant="outline" tt="none" title={format.dateTime(since)}>
              <bdi>{nameOfList(key)}</bdi>
            </Badge>
          </Link>
        ))}
        {scores.map(({ model, grade }) => (
          <Badge key={model} color="yellow" variant="light" tt="none">
            <bdi>
              {nameOfScore(model)}: {grade}
            </bdi>
          </Badge>
        ))}
      </Group>
    </Card>
  );
}

function useNamesByKey(things: { key: string; name: Schema<"BothTexts"> }[] = []): (key: string) => string {
  const local = useLocal();
  const named = new Map(things.map(({ key, name }) => [key, local(name)]));
  return (key) => named.get(key) || key;
}
