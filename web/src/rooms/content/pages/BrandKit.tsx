import { Anchor, Button, ColorInput, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { BothTextsInput } from "~/design/BothTextsInput";
import { Card } from "~/design/Card";
import { Refusal } from "~/design/Refusal";
import { Screen } from "~/design/Screen";
import { Waiting } from "~/design/Waiting";
import { SenderNote } from "~/rooms/settings";
import { useAllowed, useWorkspace } from "~/routing/workspace";
import { placesOf } from "../editing/draft";

type Brand = Schema<"BrandKitDetail">;
type WordField = "sender_email" | "reply_to" | "phone" | "website_url" | "logo_url" | "font";
const USUAL_COLORS = ["primary", "accent", "paper"] as const;

/** The workspace's face: what every template calls `brand`. */
export function BrandKit() {
  const { t } = useTranslation("content");
  const { slug } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["content", slug, "brand"],
    refetchOnWindowFocus: false,
    queryFn: async () => {
      const { data: brand, error: refused } = await call.GET("/api/brand-kit");
      if (!brand) throw refused;
      return brand;
    },
  });
  return (
    <Screen
      title={t("brand.title")}
      about={
        <>
          <Anchor
            underline="always"
            renderRoot={(props) => (
              <Link to="/w/$workspace/content" params={{ workspace: slug }} {...props} />
            )}
          >
            {t("editor.back")}
          </Anchor>
          {" · "}
          {t("brand.about")}
        </>
      }
    >
      <Refusal error={error} />
      {!data && !error && <Waiting />}
      {data && <BrandForm saved={data} />}
    </Screen>
  );
}

function BrandForm({ saved }: { saved: Brand }) {
  const { t } = useTranslation("content");
  const mayWrite = useAllowed("content:write");
  const [brand, setBrand] = useState(saved);
  const save = useSaveBrand();
  const places = placesOf(save.error);
  const wrong = (field: keyof Brand) => places.find(({ path }) => path.startsWith(field))?.message;
  const set = (change: Partial<Brand>) => setBrand({ ...brand, ...change });
  const word = (field: WordField, type: "email" | "url" | "tel" | "text") => (
    <TextInput
      label={t(`brand.${field}`)}
      type={type}
      dir="ltr"
      value={brand[field]}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
      error={wrong(field)}
      readOnly={!mayWrite}
      maxLength={320}
    />
  );
  const texts = (field: "name" | "sender_name" | "address") => (
    <BothTextsInput
      label={t(`brand.${field}`)}
      value={brand[field]}
      onChange={(value) => set({ [field]: value })}
      error={wrong(field)}
      readOnly={!mayWrite}
    />
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(brand);
      }}
    >
      <Stack gap="lg" maw={820}>
        <Card title={t("brand.who")}>
          {texts("name")}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {word("website_url", "url")}
            {word("logo_url", "url")}
          </SimpleGrid>
        </Card>
        <Card title={t("brand.looks")}>
          <Colors colors={brand.colors} onChange={(colors) => set({ colors })} readOnly={!mayWrite} />
          {word("font", "text")}
        </Card>
        <Card title={t("brand.sender")}>
          {texts("sender_name")}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            {word("sender_email", "email")}
            {word("reply_to", "email")}
          </SimpleGrid>
          <SenderNote address={brand.sender_email} />
          {texts("address")}
          {word("phone", "tel")}
        </Card>
        <Refusal error={save.error} />
        {mayWrite && (
          <Group>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={JSON.stringify(brand) === JSON.stringify(saved)}
            >
              {t("brand.save")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

interface ColorsProps {
  colors: Brand["colors"];
  onChange: (colors: Brand["colors"]) => void;
  readOnly: boolean;
}

function Colors({ colors, onChange, readOnly }: ColorsProps) {
  const { t } = useTranslation("content");
  const names = [...new Set([...USUAL_COLORS, ...Object.keys(colors)])];
  const change = (name: string, value: string) => {
    const others = Object.entries(colors).filter(([each]) => each !== name);
    onChange(Object.fromEntries(value ? [...others, [name, value]] : others));
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      {names.map((name) => (
        <ColorInput
          key={name}
          label={isUsual(name) ? t(`brand.color.${name}`) : name}
          value={colors[name] ?? ""}
          onChange={(value) => change(name, value)}
          readOnly={readOnly}
          dir="ltr"
          eyeDropperButtonProps={{ "aria-label": t("brand.pick") }}
        />
      ))}
    </SimpleGrid>
  );
}

function isUsual(name: string): name is (typeof USUAL_COLORS)[number] {
  return USUAL_COLORS.some((each) => each === name);
}

function useSaveBrand() {
  const { t } = useTranslation("content");
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (brand: Brand) => {
      const { data, error } = await call.PUT("/api/brand-kit", { body: valuesOf(brand) });
      if (!data) throw error;
      return data;
    },
    onSuccess: (saved) => {
      cache.setQueryData(["content", slug, "brand"], saved);
      void cache.invalidateQueries({ queryKey: ["content", slug, "preview"] });
      notifications.show({ color: "green", message: t("brand.saved") });
    },
  });
}

/** What can be set; the time zone is the workspace's. */
function valuesOf({ name, sender_name, sender_email, reply_to, address, phone, ...looks }: Brand) {
  const { website_url, logo_url, colors, font } = looks;
  return { name, sender_name, sender_email, reply_to, address, phone, website_url, logo_url, colors, font };
}
