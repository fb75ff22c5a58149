import * as broadcasts from "~/rooms/broadcasts";
import * as content from "~/rooms/content";
import * as home from "~/rooms/home";
import * as journeys from "~/rooms/journeys";
import * as lists from "~/rooms/lists";
import * as people from "~/rooms/people";
import * as segments from "~/rooms/segments";
import * as settings from "~/rooms/settings";
import type { NavigationEntry } from "~/routing/room";

/** The navigation from top to bottom. */
export const navigation: NavigationEntry[] = [
  // one a line
  ...home.navigation,
  ...people.navigation,
  ...segments.navigation,
  ...lists.navigation,
  ...journeys.navigation,
  ...content.navigation,
  ...broadcasts.navigation,
  ...settings.navigation,
];
