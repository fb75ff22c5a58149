import * as home from "~/rooms/home";
import * as journeys from "~/rooms/journeys";
import * as people from "~/rooms/people";
import type { NavigationEntry } from "~/routing/room";

/** The navigation from top to bottom. */
export const navigation: NavigationEntry[] = [
  ...home.navigation,
  ...people.navigation,
  ...journeys.navigation,
];
