import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";

export interface Choice {
  value: string;
  label: string;
}

/** What a broadcast is made of: the templates, segments, lists and topics there are, by name. */
export function useChoices() {
  const { slug } = useWorkspace();
  const local = useLocal();
  const { t } = useTranslation("broadcasts");
  const { data, error } = useQuery({
    queryKey: ["broadcasts", slug, "choices"],
    queryFn: async () => {
      const [templates, segments, lists, topics] = await Promise.all([
        call.GET("/api/templates", { params: { query: { limit: 200 } } }),
        call.GET("/api/segments"),
        call.GET("/api/lists"),
        call.GET("/api/topics"),
      ]);
      if (!templates.data || !segments.data || !lists.data || !topics.data)
        throw templates.error ?? segments.error ?? lists.error ?? topics.error;
      return {
        templates: templates.data.items,
        segments: segments.data,
        lists: lists.data,
        topics: topics.data,
      };
    },
  });
  const choice = ({ key, name }: { key: string; name: { he: string; en: string } }): Choice => ({
    value: key,
    label: local(name) || key,
  });
  const audience = (kind: "segment" | "list") => (thing: Parameters<typeof choice>[0]) => ({
    ...choice(thing),
    value: `${kind}:${thing.key}`,
  });
  return {
    error,
    templates: data?.templates.map(choice),
    audiences: data && [
      { group: t("new.segments"), items: data.segments.map(audience("segment")) },
      { group: t("new.lists"), items: data.lists.map(audience("list")) },
    ],
    topics: data?.topics.filter((topic) => !topic.archived_at).map(choice),
  };
}
