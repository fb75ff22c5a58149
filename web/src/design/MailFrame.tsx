import type { CSSProperties } from "react";
import { nonceOfPage } from "./nonce";

interface MailFrameProps {
  html: string;
  title: string;
  className?: string | undefined;
  style?: CSSProperties | undefined;
}

/** A message as it was rendered, in a frame in which nothing can run. The page's policy holds in there too, so the
 * message's styles carry the page's nonce; its scripts, if it had any, would have neither that nor the sandbox's leave. */
export function MailFrame({ html, title, className, style }: MailFrameProps) {
  const styled = html.replaceAll(/<style\b/gi, `<style nonce="${nonceOfPage()}"`);
  return <iframe className={className} style={style} sandbox="" srcDoc={styled} title={title} />;
}
