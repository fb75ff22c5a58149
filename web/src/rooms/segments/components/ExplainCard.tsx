import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { PersonPicker } from "~/rooms/people";
import { isEmpty, type Rule } from "../builder/rules";
import { Explanation } from "./Explanation";

interface ExplainCardProps {
  rule: Rule;
  /** The person who is asked about; undefined for nobody yet. */
  person: number | undefined;
  onPerson: (person: number | undefined) => void;
}

/** Why the rule, as it is written now, holds for one person or does not: part by part, with what decided it. */
export function ExplainCard({ rule, person, onPerson }: ExplainCardProps) {
  const { t } = useTranslation("segments");
  const asked = person !== undefined && !isEmpty(rule);
  const { data, error } = api.useQuery(
    "post",
    "/api/rules/explain",
    { body: { rule, profile_id: person ?? 1 } },
    { retry: false, enabled: asked },
  );
  return (
    <Card title={t("explain.title")}>
      <PersonPicker label={t("explain.who")} value={person} onChange={onPerson} />
      {!asked && <Text c="var(--quiet)">{t("explain.what")}</Text>}
      <Refusal error={asked ? error : undefined} />
      <div aria-live="polite">
        {asked && data && (
          <>
            <Text fw={600} mb="xs">
              {t(data.holds ? "explain.in" : "explain.out")}
            </Text>
            <Explanation explanation={data} />
          </>
        )}
      </div>
    </Card>
  );
}
