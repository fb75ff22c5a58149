import { Alert, List, Loader, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "~/api/client";
import { isProblem } from "~/api/problems";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { nameOf } from "~/rooms/people";
import { useWorkspace } from "~/routing/workspace";
import { useLocal } from "~/i18n/local";
import { isEmpty, isUnfinished, type Rule } from "../builder/rules";

/** For how many people a rule holds as it is being written, and some of them; or what is still wrong with it. */
export function RulePreview({ rule }: { rule: Rule }) {
  const { t } = useTranslation("segments");
  const [settled] = useDebouncedValue(rule, 400);
  const begun = !isEmpty(settled);
  const written = begun && !isUnfinished(settled);
  const preview = api.useQuery(
    "post",
    "/api/rules/preview",
    { body: { rule: settled } },
    { retry: false, enabled: written },
  );
  return (
    <Card title={t("preview.title")} actions={preview.isFetching && <Loader size="xs" />}>
      <div aria-live="polite">
        {!written && <Text c="var(--quiet)">{t(begun ? "preview.unfinished" : "preview.begin")}</Text>}
        {written && preview.error ? (
          <Mistakes error={preview.error} />
        ) : (
          preview.data && <Counted preview={preview.data} />
        )}
      </div>
    </Card>
  );
}

function Counted({ preview }: { preview: Schema<"RulePreview"> }) {
  const { t } = useTranslation("segments");
  const format = useFormat();
  const local = useLocal();
  const { slug: workspace } = useWorkspace();
  return (
    <Stack gap="xs">
      <Text fz={32} fw={700} className="numbers" lh={1.1}>
        {preview.estimated && "≈ "}
        {format.number(preview.count)}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {t(preview.estimated ? "preview.estimated" : "preview.exact", { count: preview.count })}
      </Text>
      <Stack gap={2}>
        {preview.sample.map((person) => (
          <Link
            key={person.id}
            to="/w/$workspace/people/$person"
            params={{ workspace, person: String(person.id) }}
          >
            <bdi>{nameOf(person)}</bdi>
          </Link>
        ))}
      </Stack>
      {preview.warnings.map((warning) => (
        <Alert key={warning.en} color="yellow" variant="light" p="xs">
          {local(warning)}
        </Alert>
      ))}
    </Stack>
  );
}

function Mistakes({ error }: { error: unknown }) {
  if (!isProblem(error)) return <Refusal error={error} />;
  const told = error.problems.length > 0 ? error.problems.map(({ message }) => message) : [error.detail];
  return (
    <List size="sm" spacing={4}>
      {told.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  );
}
