import { Box } from "@mantine/core";
import { MailFrame } from "~/design/MailFrame";

interface RenderedFrameProps {
  title: string;
  html: string;
  width: number;
  scheme: "light" | "dark";
}

/** A rendered message at the width and in the light of a device. */
export function RenderedFrame({ title, html, width, scheme }: RenderedFrameProps) {
  return (
    <Box style={{ overflowX: "auto" }}>
      <MailFrame
        key={scheme}
        title={title}
        html={html}
        style={{
          display: "block",
          width,
          maxWidth: "100%",
          height: 640,
          marginInline: "auto",
          border: "1px solid var(--line)",
          borderRadius: "var(--mantine-radius-md)",
          colorScheme: scheme,
          background: scheme === "dark" ? "#121212" : "#ffffff",
        }}
      />
    </Box>
  );
}
