import { useTranslation } from "react-i18next";
import { EMPTY } from "../builder/rules";
import { SegmentForm } from "../components/SegmentForm";

/** A segment that does not exist yet. */
export function NewSegment() {
  const { t } = useTranslation("segments");
  return <SegmentForm title={t("create")} name="" rule={EMPTY} />;
}
