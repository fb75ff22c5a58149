import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { isProblem } from "~/api/problems";
import { useWorkspace } from "~/routing/workspace";
import type { ColumnChoice, ImportDetail } from "./useImport";

/** The columns that are read; the rest is left out. */
export function readColumns(mapping: ColumnChoice[]): ColumnChoice[] {
  return mapping.filter(({ target }) => target !== "skip");
}

/** The first rows as they would be read with these columns. */
export function usePreview(file: ImportDetail, mapping: ColumnChoice[]) {
  const { slug } = useWorkspace();
  const [settled] = useDebouncedValue(readColumns(mapping), 300);
  return useQuery({
    queryKey: ["imports", slug, file.id, "preview", file.encoding, file.delimiter, settled],
    placeholderData: keepPreviousData,
    enabled: settled.length > 0,
    queryFn: async () => {
      const { data, error } = await call.POST("/api/imports/{import_id}/preview", {
        params: { path: { import_id: file.id } },
        body: { mapping: settled },
      });
      if (!data) throw error;
      return data;
    },
  });
}

/** What is wrong with a column, by its place in the file, from a refusal that names places of the mapping. */
export function wrongColumns(error: unknown, mapping: ColumnChoice[]): Map<number, string> {
  const asked = readColumns(mapping);
  const wrong = new Map<number, string>();
  for (const { path, message } of isProblem(error) ? error.problems : []) {
    const place = /^mapping\.(\d+)\./.exec(path)?.[1];
    const column = place === undefined ? undefined : asked[Number(place)]?.column;
    if (column !== undefined) wrong.set(column, message);
  }
  return wrong;
}
