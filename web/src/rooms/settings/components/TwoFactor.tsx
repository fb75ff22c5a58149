import { Anchor, Badge, Button, Code, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "~/design/Card";
import {
  beginTwoFactor,
  endTwoFactor,
  finishTwoFactor,
  readRecoveryCodes,
  renewRecoveryCodes,
} from "~/rooms/accounts";
import { useAsk } from "./asking";
import { Copied } from "./Copied";
import { OwnRefusal } from "./OwnRefusal";

const KEY = ["settings", "own", "two-factor"];

/** The second factor: an authenticator app's codes, and recovery codes for the day the phone is lost. */
export function TwoFactor() {
  const { t } = useTranslation("settings");
  const { data, error } = useQuery({ queryKey: KEY, queryFn: beginTwoFactor, staleTime: Infinity });
  const on = data && !data.secret;
  return (
    <Card
      title={t("two.title")}
      actions={
        data && (
          <Badge color={on ? "green" : "gray"} variant="light">
            {t(on ? "two.on" : "two.off")}
          </Badge>
        )
      }
    >
      <Text size="sm" c="var(--quiet)">
        {t("two.what")}
      </Text>
      <OwnRefusal error={error} />
      {data?.secret && <Begin secret={data.secret} link={data.link} />}
      {on && <RecoveryCodes />}
    </Card>
  );
}

function Begin({ secret, link }: { secret: string; link: string }) {
  const { t } = useTranslation("settings");
  const cache = useQueryClient();
  const [shown, setShown] = useState(false);
  const [code, setCode] = useState("");
  const finish = useMutation({
    mutationFn: () => finishTwoFactor(code),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  });
  if (!shown) {
    return (
      <Group>
        <Button onClick={() => setShown(true)}>{t("two.begin")}</Button>
      </Group>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        finish.mutate();
      }}
    >
      <Stack maw={480}>
        <Text>{t("two.enter")}</Text>
        <Copied value={inFours(secret)} name={t("two.secret")} />
        <Text size="sm">
          <Anchor href={link}>{t("two.link")}</Anchor>
        </Text>
        <OwnRefusal error={finish.error} />
        <TextInput
          label={t("two.code")}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.trim())}
          inputMode="numeric"
          autoComplete="one-time-code"
          dir="ltr"
          maxLength={6}
          required
          w={180}
        />
        <Group>
          <Button type="submit" loading={finish.isPending}>
            {t("two.finish")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function RecoveryCodes() {
  const { t } = useTranslation("settings");
  const cache = useQueryClient();
  const ask = useAsk();
  const { data: codes } = useQuery({ queryKey: [...KEY, "codes"], queryFn: readRecoveryCodes });
  const again = () => cache.invalidateQueries({ queryKey: KEY });
  const renew = useMutation({ mutationFn: renewRecoveryCodes, onSuccess: again });
  const end = useMutation({ mutationFn: endTwoFactor, onSuccess: again });
  return (
    <Stack>
      <OwnRefusal error={renew.error ?? end.error} />
      {codes && codes.length > 0 && (
        <>
          <Text size="sm">{t("two.codes")}</Text>
          <SimpleGrid cols={{ base: 2, sm: 5 }} maw={560} dir="ltr" spacing="xs">
            {codes.map((each) => (
              <Code key={each} ta="center">
                {each}
              </Code>
            ))}
          </SimpleGrid>
        </>
      )}
      <Group>
        <Button
          variant="default"
          loading={renew.isPending}
          onClick={() =>
            ask({
              title: t("two.renew"),
              what: t("two.renewWhat"),
              confirm: t("two.renew"),
              onConfirm: () => renew.mutate(),
            })
          }
        >
          {t("two.renew")}
        </Button>
        <Button
          variant="subtle"
          color="red"
          loading={end.isPending}
          onClick={() =>
            ask({
              title: t("two.end"),
              what: t("two.endWhat"),
              confirm: t("two.end"),
              onConfirm: () => end.mutate(),
            })
          }
        >
          {t("two.end")}
        </Button>
      </Group>
    </Stack>
  );
}

function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
