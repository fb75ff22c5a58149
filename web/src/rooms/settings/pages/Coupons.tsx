import { Badge, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconTicket } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { Card } from "~/design/Card";
import { Empty } from "~/design/Empty";
import { type Column, PagedTable } from "~/design/PagedTable";
import { Screen } from "~/design/Screen";
import { useFormat } from "~/i18n/format";
import { useLocal } from "~/i18n/local";
import { useAllowed } from "~/routing/workspace";
import { useSettings } from "../components/asking";
import { AddCodes, PoolModal } from "../components/CouponForms";
import { Locked } from "../components/Locked";

type Pool = Schema<"CouponPoolDetail">;
type Open = { what: "pool"; pool: Pool | undefined } | { what: "codes"; pool: Pool };

/** Pools of unique codes that journeys give away: how many are left, and more of them. */
export function Coupons() {
  const { t } = useTranslation("settings");
  const may = useAllowed("journeys:write");
  const [open, setOpen] = useState<Open>();
  const { data: pools, error } = useSettings("coupons", () => call.GET("/api/coupon-pools"));
  const columns = useColumns(may, setOpen);
  const close = () => setOpen(undefined);
  const add = may && (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      onClick={() => setOpen({ what: "pool", pool: undefined })}
    >
      {t("coupons.new")}
    </Button>
  );
  return (
    <Screen title={t("coupons.title")} about={t("coupons.about")} actions={pools && pools.length > 0 && add}>
      <Locked permission="journeys:write" />
      <Card>
        <PagedTable
          label={t("coupons.title")}
          rows={pools}
          rowKey={({ key }) => key}
          error={error}
          empty={
            <Empty icon={IconTicket} title={t("coupons.empty")} action={add}>
              {t("coupons.emptyWhat")}
            </Empty>
          }
          columns={columns}
        />
      </Card>
      {open?.what === "pool" && <PoolModal pool={open.pool} pools={pools ?? []} onClose={close} />}
      {open?.what === "codes" && <AddCodes pool={open.pool} onClose={close} />}
    </Screen>
  );
}

function useColumns(may: boolean, open: (what: Open) => void): Column<Pool>[] {
  const { t } = useTranslation("settings");
  const local = useLocal();
  const format = useFormat();
  return [
    {
      key: "name",
      head: t("name"),
      cell: ({ name, key }) => (
        <>
          <bdi>{local(name)}</bdi>
          <Text size="xs" c="var(--quiet)">
            <bdi dir="ltr">{key}</bdi>
          </Text>
        </>
      ),
    },
    { key: "codes", head: t("coupons.codes"), number: true, cell: ({ codes }) => format.number(codes) },
    {
      key: "left",
      head: t("coupons.left"),
      number: true,
      cell: ({ left, warn_below }) => (
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {left < warn_below && (
            <Badge color="orange" variant="light">
              {t("coupons.low")}
            </Badge>
          )}
          {format.number(left)}
        </Group>
      ),
    },
    {
      key: "do",
      head: <span className="visually-hidden">{t("actions")}</span>,
      number: true,
      cell: (pool) =>
        may && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="light"
              aria-label={t("coupons.addTo", { name: local(pool.name) })}
              onClick={() => open({ what: "codes", pool })}
            >
              {t("coupons.add")}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t("coupons.changeOf", { name: local(pool.name) })}
              onClick={() => open({ what: "pool", pool })}
            >
              {t("coupons.change")}
            </Button>
          </Group>
        ),
    },
  ];
}
