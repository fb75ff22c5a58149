import { Select, Stack, Tabs, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Copied } from "./Copied";
import { HeardFrom } from "./HeardFrom";

const WAYS = ["site", "python", "node", "curl"] as const;
type Way = (typeof WAYS)[number];

const LINES: Record<Way, (key: string, host: string) => string> = {
  site: (key, host) => `<script async src="${host}/t.js" data-write-key="${key}"></script>`,
  python: (key, host) => `import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${host}"
analytics.track("user-17", "Product Added", {"product_id": "p1", "price": 19.9})`,
  node: (key, host) => `import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${host}" });
analytics.track({ userId: "user-17", event: "Product Added", properties: { product_id: "p1", price: 19.9 } });`,
  curl: (key, host) => `curl ${host}/v1/track -u ${key}: \\
  -H 'Content-Type: application/json' \\
  -d '{"userId": "user-17", "event": "Product Added"}'`,
};

/** The lines that connect a site or a server, ready to copy, and whether anything has arrived. */
export function Snippets({ sources }: { sources: Schema<"SourceDetail">[] }) {
  const { t } = useTranslation("settings");
  const on = sources.filter(({ enabled }) => enabled);
  const [chosen, setChosen] = useState<string | null>(null);
  const source = on.find(({ id }) => String(id) === chosen) ?? on[0];
  if (!source) return null;
  return (
    <Card title={t("sources.connect")}>
      {on.length > 1 && (
        <Select
          label={t("sources.source")}
          data={on.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={String(source.id)}
          onChange={setChosen}
          allowDeselect={false}
          maw={320}
        />
      )}
      <Tabs defaultValue="site">
        <Tabs.List>
          {WAYS.map((way) => (
            <Tabs.Tab key={way} value={way}>
              {t(`sources.ways.${way}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {WAYS.map((way) => (
          <Tabs.Panel key={way} value={way} pt="sm">
            <Stack gap="xs">
              <Text size="sm">{t(`sources.waysWhat.${way}`)}</Text>
              <Copied
                block
                value={LINES[way](source.write_key, window.location.origin)}
                name={t(`sources.ways.${way}`)}
              />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
      <HeardFrom source={source} />
    </Card>
  );
}
