import { Anchor, Group } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { ImportButton } from "~/rooms/imports";
import { useAllowed } from "~/routing/workspace";
import { ListActions } from "../components/ListActions";
import { Members } from "../components/Members";
import { useList } from "../components/useLists";

const route = getRouteApi("/w/$workspace/lists/$list");

/** One list and its people. */
export function List() {
  const { t } = useTranslation("lists");
  const local = useLocal();
  const format = useFormat();
  const { list: key, workspace } = route.useParams();
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useAllowed("segments:write");
  const { data: list, error } = useList(key);
  if (error && !list) return <Refusal error={error} />;
  if (!list) return <Waiting />;
  return (
    <Screen
      title={local(list.name) || list.key}
      about={
        <Group gap="xs" component="span">
          <Anchor renderRoot={(props) => <Link to="/w/$workspace/lists" params={{ workspace }} {...props} />}>
            {t("all")}
          </Anchor>
          <span>{t("count", { count: list.members, people: format.number(list.members) })}</span>
        </Group>
      }
      actions={
        may && (
          <>
            <ImportButton list={key} />
            <ListActions list={list} />
          </>
        )
      }
    >
      <Members
        list={key}
        search={search ?? ""}
        onSearch={(words) => navigate({ search: words ? { search: words } : {}, replace: true })}
      />
    </Screen>
  );
}
