import "grapesjs/dist/css/grapes.min.css";
import "./designer.css";
import type { FromDesigner, ToDesigner } from "../editing/visual/protocol";
import en from "../texts/en.json";
import he from "../texts/he.json";
import { Designer } from "./designer";

const { origin } = window.location;
const language = new URLSearchParams(window.location.search).get("lang");
const place = document.getElementById("canvas");

function tell(message: FromDesigner): void {
  window.parent.postMessage(message, origin);
}

if (place && window.parent !== window) {
  const designer = new Designer(place, (language === "he" ? he : en).blocks.names, tell);
  window.addEventListener("message", ({ source, origin: from, data }: MessageEvent<ToDesigner>) => {
    if (source === window.parent && from === origin) designer.take(data);
  });
  designer.whenReady(() => tell({ kind: "ready" }));
}
