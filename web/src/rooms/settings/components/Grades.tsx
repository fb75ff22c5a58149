import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { useFormat } from "~/i18n/format";

const FITS = ["A", "B", "C", "D"] as const;
const ENGAGEMENTS = ["1", "2", "3", "4"] as const;

/** How many people have each grade: who they are downwards, what they do across. */
export function Grades({ of: counts }: { of: Schema<"GradeCount">[] }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const people = (grade: string) =>
    counts.filter((each) => each.grade === grade).reduce((sum, each) => sum + each.people, 0);
  return (
    <Card title={t("scores.people")}>
      <Text size="sm" c="var(--quiet)">
        {t("scores.peopleWhat")}
      </Text>
      <Table aria-label={t("scores.people")} maw={480}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("scores.grade")}</Table.Th>
            {ENGAGEMENTS.map((engagement) => (
              <Table.Th key={engagement} ta="end" className="numbers">
                {engagement}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {FITS.map((fit) => (
            <Table.Tr key={fit}>
              <Table.Th scope="row">{fit}</Table.Th>
              {ENGAGEMENTS.map((engagement) => (
                <Table.Td key={engagement} ta="end" className="numbers">
                  {format.number(people(fit + engagement))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
