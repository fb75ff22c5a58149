/** The views of a person beside the facts about her. */
export const TABS = ["timeline", "messages", "why"] as const;
export type Tab = (typeof TABS)[number];
