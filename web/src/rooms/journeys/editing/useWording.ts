import { useMemo } from "react";
import { isolated } from "../definition/summary";
import { useStepNames } from "../forms/choosing";
import { useEditor } from "./Editor";
import { useLanguage } from "./useTypes";

const QUOTED = /([“”])([a-z][a-z0-9_]*)([“”])( \(([^)]*)\))?/g;

/** The API tells steps by their keys (“a_day”, “a_day” (Wait)); the reader knows them by what stands on the canvas. */
export function useWording(): (text: string) => string {
  const language = useLanguage();
  const { draft, kinds } = useEditor();
  const names = useStepNames();
  return useMemo(() => {
    const labels = new Map(names.map(({ value, label }) => [value, label]));
    const typeOf = (key: string) => kinds.types.get(draft.definition.nodes[key]?.type ?? "")?.name[language];
    return (text) =>
      text.replaceAll(QUOTED, (whole, open: string, key: string, close: string, after = "", said = "") => {
        const label = labels.get(key);
        if (!label) return whole;
        return `${open}${isolated(label)}${close}${said === typeOf(key) ? "" : after}`;
      });
  }, [names, draft.definition.nodes, kinds, language]);
}
