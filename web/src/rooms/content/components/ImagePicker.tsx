import {
  Button,
  FileButton,
  Group,
  Image,
  Modal,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { IconPhoto, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "~/api/client";
import { usePages } from "~/api/pages";
import { Empty } from "~/design/Empty";
import { Refusal } from "~/design/Refusal";
import { Waiting } from "~/design/Waiting";
import { directionOf } from "~/i18n";
import { useWorkspace } from "~/routing/workspace";

type Picture = Schema<"ImageDetail">;

interface ImagePickerProps {
  language: string;
  onChoose: (picture: { url: string; alt: string }) => void;
  onClose: () => void;
}

/** The workspace's pictures: one is chosen, or sent, and what it shows is asked. */
export function ImagePicker({ language, onChoose, onClose }: ImagePickerProps) {
  const { t } = useTranslation("content");
  const [chosen, setChosen] = useState<Picture>();
  return (
    <Modal opened onClose={onClose} title={t(chosen ? "pictures.describe" : "pictures.title")} size="lg">
      {chosen ? (
        <Describe
          picture={chosen}
          language={language}
          onChoose={onChoose}
          onBack={() => setChosen(undefined)}
        />
      ) : (
        <Pictures onChoose={setChosen} />
      )}
    </Modal>
  );
}

function Pictures({ onChoose }: { onChoose: (picture: Picture) => void }) {
  const { t } = useTranslation("content");
  const { slug } = useWorkspace();
  const send = useSend(onChoose);
  const { rows, error, more, loadingMore } = usePages<Picture>(["content", slug, "pictures"], (cursor) =>
    call.GET("/api/images", { params: { query: { ...(cursor && { cursor }) } } }),
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="var(--quiet)">
          {t("pictures.what")}
        </Text>
        <FileButton
          onChange={(file) => file && send.mutate(file)}
          accept="image/png,image/jpeg,image/gif,image/webp"
          inputProps={{ "aria-label": t("pictures.send") }}
        >
          {(props) => (
            <Button {...props} leftSection={<IconUpload size={16} aria-hidden />} loading={send.isPending}>
              {t("pictures.send")}
            </Button>
          )}
        </FileButton>
      </Group>
      <Refusal error={send.error ?? error} />
      {!rows && !error && <Waiting />}
      {rows?.length === 0 && (
        <Empty icon={IconPhoto} title={t("pictures.empty")}>
          {t("pictures.emptyWhat")}
        </Empty>
      )}
      <SimpleGrid cols={{ base: 2, xs: 3, sm: 4 }} spacing="sm">
        {rows?.map((picture) => (
          <Thumbnail key={picture.id} picture={picture} onChoose={onChoose} />
        ))}
      </SimpleGrid>
      {more && (
        <Button variant="default" onClick={more} loading={loadingMore}>
          {t("pictures.more")}
        </Button>
      )}
    </Stack>
  );
}

function Thumbnail({ picture, onChoose }: { picture: Picture; onChoose: (picture: Picture) => void }) {
  return (
    <UnstyledButton onClick={() => onChoose(picture)} aria-label={picture.name}>
      <Image src={picture.url} alt="" h={96} fit="contain" radius="sm" bg="var(--page)" />
      <Text size="xs" mt={4} truncate dir="auto">
        {picture.name}
      </Text>
      <Text size="xs" c="var(--quiet)" dir="ltr" className="numbers">
        {picture.width} × {picture.height}
      </Text>
    </UnstyledButton>
  );
}

interface DescribeProps {
  picture: Picture;
  language: string;
  onChoose: ImagePickerProps["onChoose"];
  onBack: () => void;
}

function Describe({ picture, language, onChoose, onBack }: DescribeProps) {
  const { t } = useTranslation("content");
  const key = language === "he" ? "he" : "en";
  const [alt, setAlt] = useState(picture.alt[key]);
  const keep = useMutation({
    mutationFn: async () => {
      if (alt === picture.alt[key]) return;
      const { error } = await call.PATCH("/api/images/{image_id}", {
        params: { path: { image_id: picture.id } },
        body: { alt: { ...picture.alt, [key]: alt } },
      });
      if (error) throw error;
    },
    onSuccess: () => onChoose({ url: picture.url, alt }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate();
      }}
    >
      <Stack>
        <Image src={picture.url} alt="" mah={240} fit="contain" bg="var(--page)" radius="sm" />
        <TextInput
          label={t("pictures.alt")}
          description={t("pictures.altWhat")}
          value={alt}
          onChange={({ currentTarget }) => setAlt(currentTarget.value)}
          dir={directionOf(language)}
          maxLength={500}
          data-autofocus
          styles={{ label: { direction: "inherit" }, description: { direction: "inherit" } }}
        />
        <Refusal error={keep.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack}>
            {t("pictures.other")}
          </Button>
          <Button type="submit" loading={keep.isPending}>
            {t("pictures.use")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useSend(onSent: (picture: Picture) => void) {
  const { slug } = useWorkspace();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append("file", file);
      const { data, error } = await call.POST("/api/images", {
        body: { file: "" },
        bodySerializer: () => form,
      });
      if (!data) throw error;
      return data;
    },
    onSuccess: async (picture) => {
      await cache.invalidateQueries({ queryKey: ["content", slug, "pictures"] });
      onSent(picture);
    },
  });
}
