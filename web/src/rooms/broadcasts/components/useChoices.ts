import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { useLocal } from "~/i18n/local";
import { useWorkspace } from "~/routing/workspace";

export interface Choice {
  value: string;
  label: string;
}

/** What a broadcast is made of: the templates, segments and topics there are, by name. */
export function useChoices() {
  const { slug } = useWorkspace();
  const local = useLocal();
  const { data, error } = useQuery({
    queryKey: ["broadcasts", slug, "choices"],
    queryFn: async () => {
      const [templates, segments, topics] = await Promise.all([
        call.GET("/api/templates", { params: { query: { limit: 200 } } }),
        call.GET("/api/segments"),
        call.GET("/api/topics"),
      ]);
      if (!templates.data || !segments.data || !topics.data)
        throw templates.error ?? segments.error ?? topics.error;
      return { templates: templates.data.items, segments: segments.data, topics: topics.data };
    },
  });
  const choice = ({ key, name }: { key: string; name: { he: string; en: string } }): Choice => ({
    value: key,
    label: local(name),
  });
  return {
    error,
    templates: data?.templates.map(choice),
    segments: data?.segments.map(choice),
    topics: data?.topics.filter((topic) => !topic.archived_at).map(choice),
  };
}
