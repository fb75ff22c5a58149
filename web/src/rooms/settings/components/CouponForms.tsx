import { Button, FileButton, Group, Modal, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { keyFrom } from "~/api/keys";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Refusal } from "~/design/Refusal";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useChange, useSaved } from "./asking";

type Pool = Schema<"CouponPoolDetail">;
const MOST = 50_000;

/** A pool's name, and from how few codes on to warn. */
export function PoolModal({
  pool,
  pools,
  onClose,
}: {
  pool: Pool | undefined;
  pools: Pool[];
  onClose: () => void;
}) {
  const { t } = useTranslation("settings");
  const told = useSaved();
  const [name, setName] = useState(pool?.name ?? { en: "", he: "" });
  const [warn, setWarn] = useState<number | string>(pool?.warn_below ?? 100);
  const save = useChange(() => {
    const taken = pools.map(({ key }) => key);
    const key = pool?.key ?? keyFrom(name.en || name.he, "coupons", taken);
    return call.PUT("/api/coupon-pools/{key}", {
      params: { path: { key } },
      body: { name: { en: name.en || name.he, he: name.he || name.en }, warn_below: Number(warn) || 0 },
    });
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(pool ? "coupons.change" : "coupons.new")}
      closeButtonProps={{ "aria-label": t("cancel", { ns: "app" }) }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined, {
            onSuccess: () => {
              told();
              onClose();
            },
          });
        }}
      >
        <Stack>
          <Refusal error={save.error} />
          <BothTextsInput label={t("name")} value={name} onChange={setName} />
          <NumberInput
            label={t("coupons.warn")}
            description={t("coupons.warnWhat")}
            min={0}
            max={1_000_000}
            allowDecimal={false}
            value={warn}
            onChange={setWarn}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!name.en && !name.he}>
              {t("save", { ns: "app" })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** More codes for a pool: pasted, or from a file with one in each line. */
export function AddCodes({ pool, onClose }: { pool: Pool; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const format = useFormat();
  const [text, setText] = useState("");
  const codes = codesOf(text);
  const add = useChange(async () => {
    let added = 0;
    for (let at = 0; at < codes.length; at += MOST) {
      const path = { key: pool.key };
      const body = { codes: codes.slice(at, at + MOST) };
      const { data, error } = await call.POST("/api/coupon-pools/{key}/codes", { params: { path }, body });
      if (!data) return { error };
      added += data.added;
    }
    return { data: added };
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("coupons.addTo", { name: local(pool.name) })}
      closeButtonProps={{ "aria-label": t("cancel", { ns: "app" }) }}
    >
      <Stack>
        <Refusal error={add.error} />
        {add.data === undefined ? (
          <>
            <Textarea
              label={t("coupons.paste")}
              description={t("coupons.pasteWhat")}
              dir="ltr"
              autosize
              minRows={5}
              maxRows={12}
              value={text}
              onChange={({ currentTarget }) => setText(currentTarget.value)}
            />
            <Group justify="space-between">
              <FileButton accept=".csv,.txt,text/*" onChange={(file) => void file?.text().then(setText)}>
                {(props) => (
                  <Button variant="default" leftSection={<IconFileUpload size={18} aria-hidden />} {...props}>
                    {t("coupons.file")}
                  </Button>
                )}
              </FileButton>
              <Button
                disabled={codes.length === 0}
                loading={add.isPending}
                onClick={() => add.mutate(undefined)}
              >
                {t("coupons.addCount", { count: codes.length, shown: format.number(codes.length) })}
              </Button>
            </Group>
          </>
        ) : (
          <>
            <Text role="status">
              {t("coupons.added", { count: add.data, shown: format.number(add.data) })}
            </Text>
            <Group justify="flex-end">
              <Button onClick={onClose}>{t("done")}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

/** One code a line; of a file with columns the first. */
function codesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map(
    (line) =>
      line
        .split(/[,;\t]/)[0]
        ?.trim()
        .replace(/^"|"$/g, "") ?? "",
  );
  return [...new Set(lines.filter(Boolean))];
}
