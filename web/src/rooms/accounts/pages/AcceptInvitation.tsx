import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "~/api/client";
import { Refusal } from "~/design/Refusal";
import { OpenFrame } from "../components/OpenFrame";

const route = getRouteApi("/invitation/$token");

/** Who was invited chooses a password here, and signs in with it. */
export function AcceptInvitation() {
  const { t } = useTranslation("accounts");
  const { token } = route.useParams();
  const navigate = useNavigate();
  const form = useForm({ initialValues: { name: "", password: "" } });
  const accept = useMutation({
    mutationFn: async (values: { name: string; password: string }) => {
      const { error } = await call.POST("/api/invitations/accept", { body: { token, ...values } });
      if (error) throw error;
    },
    onSuccess: () => navigate({ to: "/sign-in" }),
  });
  return (
    <OpenFrame title={t("invitation.title")}>
      <Text>{t("invitation.what")}</Text>
      <form onSubmit={form.onSubmit((values) => accept.mutate(values))}>
        <Stack>
          <Refusal error={accept.error} />
          <TextInput label={t("name")} autoComplete="name" {...form.getInputProps("name")} />
          <PasswordInput
            label={t("password")}
            description={t("setUp.passwordWhat")}
            autoComplete="new-password"
            dir="ltr"
            required
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={accept.isPending} fullWidth>
            {t("invitation.do")}
          </Button>
        </Stack>
      </form>
    </OpenFrame>
  );
}
