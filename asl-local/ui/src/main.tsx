import { render } from "preact";
import { embeddedReport } from "./execution/report.ts";
import { ReportPage } from "./execution/report-page.tsx";
import { App } from "./shell/app.tsx";
import "./shell/styles/tokens.css";
import "./shell/styles/base.css";
import "./shell/styles/controls.css";
import "./shell/styles/layout.css";
import "./shell/styles/lists.css";
import "./shell/styles/dialogs.css";
import "./shell/styles/editing.css";

function start() {
  addIcon();
  const root = document.getElementById("app") ?? document.createElement("div");
  root.id = "app";
  document.body.append(root);
  const report = embeddedReport();
  if (report) root.classList.add("report");
  render(report ? <ReportPage report={report} /> : <App />, root);
}

function addIcon() {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]") ?? document.createElement("link");
  icon.rel = "icon";
  icon.href =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='none' stroke='%233b82e0' stroke-width='2'%3E%3Ccircle cx='8' cy='3' r='2'/%3E%3Ccircle cx='3' cy='13' r='2'/%3E%3Ccircle cx='13' cy='13' r='2'/%3E%3Cpath d='M7 5 4 11M9 5l3 6'/%3E%3C/g%3E%3C/svg%3E";
  document.head.append(icon);
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
