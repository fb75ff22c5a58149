import { Box } from "@mantine/core";

interface RenderedFrameProps {
  title: string;
  html: string;
  width: number;
  scheme: "light" | "dark";
}

const STYLE = /<style\b/gi;

/** A rendered message, shut in: it runs nothing, sends nothing, and cannot reach the app. */
export function RenderedFrame({ title, html, width, scheme }: RenderedFrameProps) {
  return (
    <Box style={{ overflowX: "auto" }}>
      <iframe
        key={scheme}
        title={title}
        sandbox=""
        srcDoc={html.replace(STYLE, `<style nonce="${nonceOfPage()}"`)}
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

/** A frame's document lives under the page's policy: its style elements need the page's nonce too. */
function nonceOfPage(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}
