import {
  DirectionProvider,
  MantineProvider,
  type MantineThemeOverride,
  mergeThemeOverrides,
} from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nonceOfPage } from "~/design/nonce";
import { theme } from "~/design/theme";
import { directionOf } from "~/i18n";
import { cache } from "~/routing/me";

const [SUNDAY, FRIDAY, SATURDAY] = [0, 5, 6] as const;

/** What surrounds every screen: looks, direction, the cache, messages to the reader. */
export function Root() {
  const { t, i18n } = useTranslation();
  const looks = useMemo(() => mergeThemeOverrides(theme, named(t)), [t]);
  return (
    <DirectionProvider key={i18n.language} initialDirection={directionOf(i18n.language)}>
      <MantineProvider theme={looks} defaultColorScheme="auto" getStyleNonce={nonceOfPage}>
        <DatesProvider
          settings={{ locale: i18n.language, firstDayOfWeek: SUNDAY, weekendDays: [FRIDAY, SATURDAY] }}
        >
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

/** What the components call their buttons, in the reader's language. */
function named(t: TFunction): MantineThemeOverride {
  const [next, previous] = [t("calendar.next"), t("calendar.previous")];
  const ariaLabels = {
    nextMonth: next,
    nextYear: next,
    nextDecade: next,
    previousMonth: previous,
    previousYear: previous,
    previousDecade: previous,
  };
  const submitButtonProps = { "aria-label": t("calendar.done") };
  return {
    components: {
      CloseButton: { defaultProps: { "aria-label": t("close") } },
      DatePickerInput: { defaultProps: { ariaLabels } },
      DateTimePicker: { defaultProps: { ariaLabels, submitButtonProps } },
    },
  };
}
