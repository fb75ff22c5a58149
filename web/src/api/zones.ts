import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "./client";

/** The time zones to choose from, as the reader calls them and in her alphabet; always with the one that is chosen. */
export function useZones(chosen: string): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  const language = i18n.language === "he" ? "he" : "en";
  const { data } = useQuery({
    queryKey: ["time zones"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { data: zones, error } = await call.GET("/api/timezones");
      if (!zones) throw error;
      return zones;
    },
  });
  const options = (data ?? []).map(({ name, label }) => ({ value: name, label: label[language] }));
  if (!options.some(({ value }) => value === chosen)) options.push({ value: chosen, label: chosen });
  return options.sort((one, other) => one.label.localeCompare(other.label, language));
}
