// One line a room; en.ts has the same. checks/texts.mjs holds them equal.
import app from "../app/texts/he.json";
import accounts from "../rooms/accounts/texts/he.json";
import broadcasts from "../rooms/broadcasts/texts/he.json";
import content from "../rooms/content/texts/he.json";
import home from "../rooms/home/texts/he.json";
import imports from "../rooms/imports/texts/he.json";
import journeys from "../rooms/journeys/texts/he.json";
import lists from "../rooms/lists/texts/he.json";
import people from "../rooms/people/texts/he.json";
import segments from "../rooms/segments/texts/he.json";
import settings from "../rooms/settings/texts/he.json";
import names from "./texts/he.json";

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
