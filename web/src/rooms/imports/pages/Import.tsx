import { Anchor, Group } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { Draft } from "../components/Draft";
import { Outcome } from "../components/Outcome";
import { StateBadge } from "../components/StateBadge";
import { useImport } from "../components/useImport";

const route = getRouteApi("/w/$workspace/people/imports/$import");

/** One file: mapped and started, or watched as it is loaded, and what became of it. */
export function Import() {
  const { t } = useTranslation("imports");
  const { workspace, import: id } = route.useParams();
  const { list } = route.useSearch();
  const { data: file, error } = useImport(Number(id));
  if (error && !file) return <Refusal error={error} />;
  if (!file) return <Waiting />;
  return (
    <Screen
      title={file.filename || t("nameless")}
      about={
        <Group gap="xs" component="span">
          <Anchor
            renderRoot={(props) => (
              <Link to="/w/$workspace/people/imports" params={{ workspace }} {...props} />
            )}
          >
            {t("all")}
          </Anchor>
          <StateBadge state={file.state} />
        </Group>
      }
    >
      <Refusal error={error} />
      {file.state === "draft" ? (
        <Draft key={`${file.encoding}${file.delimiter}`} file={file} list={list} />
      ) : (
        <Outcome file={file} />
      )}
    </Screen>
  );
}
