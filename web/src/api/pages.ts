import { useInfiniteQuery } from "@tanstack/react-query";

interface Page<Row> {
  items: Row[];
  next?: string | null;
}

/** A list of the API read page by page: all rows so far, and how to read more. `key` names what is listed. */
export function usePages<Row>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<{ data?: Page<Row>; error?: unknown }>,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, error } = await read(pageParam);
      if (!data) throw error;
      return data;
    },
    getNextPageParam: (last) => last.next ?? undefined,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    loadingMore: query.isFetchingNextPage,
  };
}
