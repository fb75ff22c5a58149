import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { call, type Schema } from "~/api/client";
import { directionOf } from "~/i18n";
import { useWorkspace } from "~/routing/workspace";
import type { Variant } from "../../editing/draft";
import type { FromDesigner, ToDesigner } from "../../editing/visual/protocol";

const REST_MS = 500;

export type DesignerState = Extract<FromDesigner, { kind: "state" }>;
export type DesignerRefusal = Extract<FromDesigner, { kind: "refused" }>;

interface Given {
  variant: Variant;
  onChange: (body: string) => void;
  onPicture: () => void;
  readOnly: boolean;
}

/** The canvas in its frame: what it is told, and what it answers. The source is the app's; the canvas follows it. */
export function useDesigner({ variant, onChange, onPicture, readOnly }: Given) {
  const frame = useRef<HTMLIFrameElement>(null);
  const shown = useRef<string>(undefined);
  const [ready, setReady] = useState(false);
  const [state, setState] = useState<DesignerState>();
  const [refused, setRefused] = useState<DesignerRefusal>();
  const brand = useBrand();
  const { body, language } = variant;

  const tell = useCallback((message: ToDesigner) => {
    frame.current?.contentWindow?.postMessage(message, window.location.origin);
  }, []);

  useEffect(() => {
    const hear = ({ source, origin, data }: MessageEvent<FromDesigner>) => {
      if (source !== frame.current?.contentWindow || origin !== window.location.origin) return;
      if (data.kind === "ready") setReady(true);
      else if (data.kind === "state") setState(data);
      else if (data.kind === "refused") setRefused(data);
      else if (data.kind === "picture") onPicture();
      else {
        shown.current = data.source;
        onChange(data.source);
      }
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, [onChange, onPicture]);

  useEffect(() => {
    if (!ready || !brand || body === shown.current) return undefined;
    const open = () => {
      shown.current = body;
      setRefused(undefined);
      const values = { brand: brandIn(language, brand) };
      tell({ kind: "open", source: body, direction: directionOf(language), language, values, readOnly });
    };
    const timer = window.setTimeout(open, shown.current === undefined ? 0 : REST_MS);
    return () => window.clearTimeout(timer);
  }, [ready, brand, body, language, readOnly, tell]);

  return { frame, tell, state, refused, colors: Object.values(brand?.colors ?? {}) };
}

function useBrand(): Schema<"BrandKitDetail"> | undefined {
  const { slug } = useWorkspace();
  return useQuery({
    queryKey: ["content", slug, "brand"],
    refetchOnWindowFocus: false,
    queryFn: async () => {
      const { data, error } = await call.GET("/api/brand-kit");
      if (!data) throw error;
      return data;
    },
  }).data;
}

/** The brand as a template sees it in a language. */
function brandIn(language: string, brand: Schema<"BrandKitDetail">): Record<string, unknown> {
  const local = ({ he, en }: Schema<"BothTexts">) => (language === "he" ? he : en);
  const { name, sender_name: sender, address } = brand;
  return { ...brand, name: local(name), sender_name: local(sender), address: local(address) };
}
