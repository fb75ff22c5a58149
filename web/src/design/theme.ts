import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Kesher's ink: the one accent of the app. Everything else is grey, or means something (green, amber, red). */
const ink: MantineColorsTuple = [
  "#f0f1fd",
  "#dcdef8",
  "#b6baf0",
  "#8e94e8",
  "#6c73e1",
  "#565edd",
  "#4a53dc",
  "#3b44c3",
  "#343caf",
  "#28329a",
];

const FONT = "'Heebo Variable', system-ui, -apple-system, 'Segoe UI', Arial, sans-serif";

export const theme = createTheme({
  colors: { ink },
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 5 },
  fontFamily: FONT,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', monospace",
  headings: { fontFamily: FONT, fontWeight: "600" },
  defaultRadius: "md",
  cursorType: "pointer",
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: { defaultProps: { centered: true } },
    Menu: { defaultProps: { position: "bottom-end", shadow: "md" } },
    Table: { defaultProps: { verticalSpacing: "sm", highlightOnHover: true } },
  },
});
