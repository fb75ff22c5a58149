import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EMPTY } from "../builder/rules";
import { SegmentForm } from "../components/SegmentForm";

const route = getRouteApi("/w/$workspace/segments/new");

/** A segment that does not exist yet; its rule may be brought from the filter of people. */
export function NewSegment() {
  const { t } = useTranslation("segments");
  const { rule } = route.useSearch();
  return <SegmentForm title={t("create")} name="" rule={rule ?? EMPTY} />;
}
