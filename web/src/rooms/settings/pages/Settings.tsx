import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Waiting } from "~/design/Waiting";
import { useWorkspace } from "~/routing/workspace";
import classes from "./Settings.module.css";

const GROUPS = [
  {
    group: "data",
    pages: [
      { page: "sources", permission: "events:read" },
      { page: "objects", permission: "profiles:read" },
      { page: "scores", permission: "segments:read" },
      { page: "webhooks", permission: "journeys:read" },
      { page: "coupons", permission: "journeys:read" },
    ],
  },
  {
    group: "sending",
    pages: [
      { page: "providers", permission: "messaging:read" },
      { page: "domains", permission: "messaging:read" },
      { page: "hours", permission: "messaging:read" },
      { page: "topics", permission: "consent:read" },
      { page: "suppressions", permission: "messaging:read" },
    ],
  },
  {
    group: "work",
    pages: [
      { page: "members", permission: "accounts:read" },
      { page: "keys", permission: "accounts:keys" },
      { page: "audit", permission: "accounts:audit" },
    ],
  },
  {
    group: "here",
    pages: [
      { page: "workspace", permission: "accounts:read" },
      { page: "legal", permission: "consent:read" },
      { page: "account", permission: undefined },
    ],
  },
] as const;

/** The settings: their pages at the side (above, on a phone), and the one that is open. */
export function Settings() {
  const { t } = useTranslation("settings");
  const { slug, permissions } = useWorkspace();
  const side = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    const here = side.current?.querySelector("[aria-current=page]");
    here?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  const groups = GROUPS.map(({ group, pages }) => ({
    group,
    pages: pages.filter(({ permission }) => !permission || permissions.includes(permission)),
  })).filter(({ pages }) => pages.length > 0);
  return (
    <div className={classes.frame}>
      <nav ref={side} className={classes.side} aria-label={t("title")}>
        {groups.map(({ group, pages }) => (
          <div key={group} className={classes.group}>
            <div className={classes.heading}>{t(`groups.${group}`)}</div>
            {pages.map(({ page }) => (
              <Link
                key={page}
                to={`/w/$workspace/settings/${page}`}
                params={{ workspace: slug }}
                className={classes.link}
              >
                {t(`${page}.title`)}
              </Link>
            ))}
          </div>
        ))}
      </nav>
      <Suspense fallback={<Waiting />}>
        <Outlet />
      </Suspense>
    </div>
  );
}
