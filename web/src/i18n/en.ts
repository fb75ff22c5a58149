// One line a room; he.ts has the same. checks/texts.mjs holds them equal.
import app from "../app/texts/en.json";
import accounts from "../rooms/accounts/texts/en.json";
import broadcasts from "../rooms/broadcasts/texts/en.json";
import content from "../rooms/content/texts/en.json";
import home from "../rooms/home/texts/en.json";
import imports from "../rooms/imports/texts/en.json";
import journeys from "../rooms/journeys/texts/en.json";
import lists from "../rooms/lists/texts/en.json";
import people from "../rooms/people/texts/en.json";
import segments from "../rooms/segments/texts/en.json";
import settings from "../rooms/settings/texts/en.json";
import names from "./texts/en.json";

export default {
  // one a line
  app,
  accounts,
  broadcasts,
  content,
  home,
  imports,
  people,
  lists,
  segments,
  journeys,
  settings,
  names,
};
