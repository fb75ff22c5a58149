import { useLocalStorage } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import type { Rule } from "~/rooms/segments";
import { useMe } from "~/routing/me";
import { useWorkspace } from "~/routing/workspace";

const route = getRouteApi("/w/$workspace/people");

/** Who is looked for: words and a rule. Both stand in the address, so that what is shown can be shared. */
export interface Question {
  search?: string;
  rule?: Rule;
}

/** The question in the address, and how to ask another. */
export function useQuestion() {
  const question: Question = route.useSearch();
  const navigate = route.useNavigate();
  const ask = ({ search, rule }: Question) =>
    navigate({ search: { ...(search && { search }), ...(rule && { rule }) }, replace: true });
  return { question, ask };
}

/** The traits that this reader wants to see of everybody here; kept in her browser. */
export function useColumns(): [string[], (columns: string[]) => void] {
  const { slug } = useWorkspace();
  const { email } = useMe();
  const [columns, setColumns] = useLocalStorage<string[]>({
    key: `kesher.people.columns.${slug}.${email}`,
    defaultValue: [],
  });
  return [columns, setColumns];
}
