import type { EditorConfig } from "grapesjs";

/** How the canvas looks beside the message itself: the boxes that keep their source, and what is chosen. */
const CANVAS_STYLE = `
  body { margin: 0; background: #ffffff; }
  .kesher-box, .kesher-piece {
    margin: 4px 8px; padding: 6px 10px; border: 1px dashed #8a90a6; border-radius: 6px; background: #f1f2f7;
    color: #3a4056; font: 12px/1.5 ui-monospace, monospace; white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  }
  .kesher-box { padding-block: 18px; text-align: center; }
  .liquid { background: rgb(59 68 195 / 10%); border-radius: 4px; }
  [contenteditable="true"] { outline: none; cursor: text; }
  .gjs-selected { outline: 2px solid #3b44c3 !important; }
  .gjs-selected-parent { outline: 1px dashed #3b44c3 !important; }
`;

/** The canvas alone: blocks, forms and buttons are the app's; nothing is kept, nothing is told to anybody. */
export function settingsOf(container: HTMLElement, onPicture: () => void): EditorConfig {
  return {
    container,
    height: "100%",
    width: "auto",
    fromElement: false,
    storageManager: false,
    telemetry: false,
    noticeOnUnload: false,
    cssIcons: "",
    showToolbar: false,
    showDevices: false,
    multipleSelection: false,
    canvasCss: CANVAS_STYLE,
    panels: { defaults: [] },
    blockManager: { custom: true },
    layerManager: { custom: true },
    traitManager: { custom: true },
    styleManager: { custom: true },
    selectorManager: { custom: true },
    richTextEditor: { custom: true },
    assetManager: { custom: { open: onPicture, close: () => undefined } },
    deviceManager: {
      devices: [
        { id: "desktop", name: "desktop", width: "" },
        { id: "phone", name: "phone", width: "375px" },
      ],
    },
    i18n: { locale: "en", detectLocale: false },
  };
}
