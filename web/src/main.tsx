import "@fontsource-variable/heebo";
import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./design/global.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./app/router";
import { lendNonce } from "./design/nonce";
import { startTexts } from "./i18n";

const place = document.getElementById("app");
if (!place) throw new Error("index.html has no #app");

lendNonce();
startTexts().then(() =>
  createRoot(place).render(
    <StrictMode>
      <RouterProvider router={router} />
    </StrictMode>,
  ),
);
