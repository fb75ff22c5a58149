import { getRouteApi } from "@tanstack/react-router";
import { api } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { Waiting } from "~/design/Waiting";
import { useLocal } from "~/i18n/local";
import type { Rule } from "../builder/rules";
import { SegmentForm } from "../components/SegmentForm";

const route = getRouteApi("/w/$workspace/segments/$key");

/** One segment: its rule, to be read and changed. */
export function Segment() {
  const { key } = route.useParams();
  const { person } = route.useSearch();
  const local = useLocal();
  const { data, error } = api.useQuery("get", "/api/segments/{key}", { params: { path: { key } } });
  if (error) return <Refusal error={error} />;
  if (!data) return <Waiting />;
  return (
    <SegmentForm
      key={data.revision}
      segment={data}
      title={local(data.name)}
      name={local(data.name)}
      rule={data.rule as Rule}
      person={person}
    />
  );
}
