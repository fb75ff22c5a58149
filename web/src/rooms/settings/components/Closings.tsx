import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useSettings } from "./asking";

const SHOWN = 3;

/** The next rest days, where the workspace is: so that one sees what the calendar closes. */
export function Closings() {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const format = useFormat();
  const { data } = useSettings("closings", () =>
    call.GET("/api/calendars/{calendar}/closings", {
      params: { path: { calendar: "jewish" }, query: { days: 30 } },
    }),
  );
  if (!data) return null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t("hours.closings")}
      </Text>
      {data.slice(0, SHOWN).map(({ starts_at, ends_at, name }) => (
        <Text key={starts_at} size="sm" c="var(--quiet)">
          {local(name)}: {format.dateTime(starts_at)} – {format.dateTime(ends_at)}
        </Text>
      ))}
    </Stack>
  );
}
