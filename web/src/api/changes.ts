import { notifications } from "@mantine/notifications";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "./problems";

export interface Answer<Made> {
  data?: Made;
  error?: unknown;
}

export interface After {
  /** A quiet change (a switch, a removal) tells a refusal by itself. */
  quiet?: boolean;
  /** What is done before all is read again: whoever asked for the change may not be on the screen after that. */
  done?: (() => unknown) | undefined;
}

/** One change by the API: what stands in the cache below `about` is read again after it. */
export function useChangeOf<Given, Made>(
  about: readonly QueryKey[],
  act: (given: Given) => Promise<Answer<Made>>,
  { quiet = false, done }: After = {},
) {
  const cache = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: async (given: Given) => {
      const { data, error } = await act(given);
      if (error) throw error;
      return data;
    },
    onSuccess: () => done?.(),
    onError: (error: unknown) => {
      if (quiet) notifications.show({ color: "red", message: sentenceOf(error) ?? t("failed.unknown") });
    },
    onSettled: () => Promise.all(about.map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
}
