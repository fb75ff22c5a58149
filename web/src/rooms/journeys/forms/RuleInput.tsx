import { Button, Input, Modal, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { sentenceOf } from "~/api/problems";
import { EMPTY, type Rule, RuleBuilder } from "~/rooms/segments";
import { isMap } from "../definition/paths";
import type { Json } from "../definition/types";
import { useLanguage, useVocabulary } from "../editing/useTypes";
import type { InputProps } from "./FieldInput";

type Way = "everybody" | "segment" | "rule";

/** A condition on the person: everybody, who is in a segment, or any rule; said back as a sentence. */
export function RuleInput(props: InputProps) {
  const { value, onChange, label, help, error, disabled, field } = props;
  const { t } = useTranslation("journeys");
  const [way, setWay] = useState<Way>(wayOf(value));
  const choose = (next: string) => {
    setWay(next as Way);
    if (next === "everybody") onChange(undefined);
  };
  return (
    <Input.Wrapper
      label={label}
      description={help}
      error={error}
      withAsterisk={field.required}
      labelElement="div"
    >
      <Stack gap="xs" mt={4}>
        <SegmentedControl
          size="xs"
          aria-label={label}
          disabled={disabled}
          value={way}
          onChange={choose}
          data={(["everybody", "segment", "rule"] as const).map((each) => ({
            value: each,
            label: t(`rule.${each}`),
          }))}
        />
        {way === "segment" && <SegmentChoice {...props} />}
        {way === "rule" && <BuiltRule {...props} />}
        {value !== undefined && <Said rule={value} />}
      </Stack>
    </Input.Wrapper>
  );
}

/** The whole rule language has room in a window of its own; beside the canvas stands what it says. */
function BuiltRule({ value, onChange, label, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const [opened, { open, close }] = useDisclosure(value === undefined);
  return (
    <>
      <Button size="xs" variant="light" disabled={disabled} onClick={open}>
        {t(value === undefined ? "rule.build" : "rule.change")}
      </Button>
      <Modal opened={opened && !disabled} onClose={close} title={label} size="xl">
        <Stack>
          <RuleBuilder
            rule={(isMap(value) ? value : EMPTY) as Rule}
            onChange={(rule) => onChange(rule as Json)}
          />
          {value !== undefined && <Said rule={value} />}
          <Button onClick={close} style={{ alignSelf: "flex-end" }}>
            {t("rule.done")}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}

function SegmentChoice({ value, onChange, disabled }: InputProps) {
  const { t } = useTranslation("journeys");
  const language = useLanguage();
  const segments = useVocabulary()?.things.segment ?? [];
  const chosen = isMap(value) && typeof value.segment === "string" ? value.segment : null;
  return (
    <Select
      aria-label={t("rule.segment")}
      placeholder={t("form.choose")}
      data={segments.map(({ key, name }) => ({ value: key, label: name[language] }))}
      value={chosen}
      onChange={(key) => key && onChange({ segment: key })}
      disabled={disabled}
      searchable
      nothingFoundMessage={t("form.nothingToChoose")}
    />
  );
}

/** A rule in words, or what is wrong with it. */
export function Said({ rule }: { rule: Json }) {
  const language = useLanguage();
  const [settled] = useDebouncedValue(rule, 300);
  const { data, error } = useQuery({
    queryKey: ["journeys", "sentence", settled],
    enabled: isMap(settled),
    staleTime: 300_000,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const answer = await call.POST("/api/rules/sentence", { body: { rule: settled as never } });
      if (!answer.data) throw answer.error;
      return answer.data.whole;
    },
  });
  if (error) {
    return (
      <Text size="xs" c="red" role="status">
        {sentenceOf(error)}
      </Text>
    );
  }
  return (
    <Text size="xs" c="var(--quiet)">
      {data?.[language]}
    </Text>
  );
}

function wayOf(value: Json | undefined): Way {
  if (value === undefined || value === null) return "everybody";
  return isMap(value) && Object.keys(value).join() === "segment" ? "segment" : "rule";
}
