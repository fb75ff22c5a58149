export { openRoutes } from "./manifest";
export {
  beginTwoFactor,
  changePassword,
  endTwoFactor,
  finishTwoFactor,
  readRecoveryCodes,
  renewRecoveryCodes,
} from "./own";
export { signOut } from "./session";
