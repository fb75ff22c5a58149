import { SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { directionOf, LANGUAGES, type Language } from "~/i18n";
import { useAllowed } from "~/routing/workspace";
import { useSettings } from "./asking";

const ORDER: Language[] = ["he", "en"];
/** The links of a message are its own; here they lead nowhere yet. */
const NO_ADDRESS = " ()";

/** The footer that messages get, as it stands now, in both languages. */
export function FooterPreview() {
  const { t } = useTranslation("settings");
  if (!useAllowed("content:read")) return null;
  return (
    <Card title={t("legal.footer")}>
      <Text size="sm" c="var(--quiet)">
        {t("legal.footerWhat")} <bdi dir="ltr">{"{% footer %}"}</bdi>
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {ORDER.map((language) => (
          <Footer key={language} language={language} />
        ))}
      </SimpleGrid>
    </Card>
  );
}

function Footer({ language }: { language: Language }) {
  const { data, error } = useSettings(`footer ${language}`, () =>
    call.POST("/api/template-preview", {
      body: {
        variant: {
          language,
          subject: "-",
          preheader: "",
          body_format: "html",
          body: "{% footer %}",
          text: "",
        },
        missing: "default",
        variables: {},
      },
    }),
  );
  return (
    <div>
      <Text size="xs" fw={600} c="var(--quiet)">
        {LANGUAGES[language]}
      </Text>
      <Refusal error={error} />
      <Text
        size="sm"
        lang={language}
        dir={directionOf(language)}
        style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}
      >
        {data?.text.replaceAll(NO_ADDRESS, "")}
      </Text>
    </div>
  );
}
