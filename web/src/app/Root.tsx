import { DirectionProvider, MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nonceOfPage } from "~/design/nonce";
import { theme } from "~/design/theme";
import { directionOf } from "~/i18n";
import { cache } from "~/routing/me";

const SUNDAY = 0;

/** What surrounds every screen: looks, direction, the cache, messages to the reader. */
export function Root() {
  const { t, i18n } = useTranslation();
  const looks = useMemo(
    () =>
      mergeThemeOverrides(theme, {
        components: { CloseButton: { defaultProps: { "aria-label": t("close") } } },
      }),
    [t],
  );
  return (
    <DirectionProvider key={i18n.language} initialDirection={directionOf(i18n.language)}>
      <MantineProvider theme={looks} defaultColorScheme="auto" getStyleNonce={nonceOfPage}>
        <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: SUNDAY }}>
          <QueryClientProvider client={cache}>
            <ModalsProvider labels={{ confirm: t("yes"), cancel: t("cancel") }}>
              <Notifications position="bottom-center" />
              <Outlet />
            </ModalsProvider>
          </QueryClientProvider>
        </DatesProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
