// Packs the extension: a VSIX is a zip of its files with a manifest and a list of content types.

import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { zipSync } from "fflate";

/** What is packed: paths in this folder, or above it, and their names in the extension. */
const FILES = {
  "README.md": "README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  "icon.png": "icon.png",
  "../../LICENSE-MIT": "LICENSE-MIT.txt",
  "../../LICENSE-APACHE": "LICENSE-APACHE.txt",
  "dist/NOTICES.txt": "NOTICES.txt",
  "dist/extension.js": "dist/extension.js",
  "dist/graph.js": "dist/graph.js",
  "dist/graph.css": "dist/graph.css",
  "dist/asl.schema.json": "dist/asl.schema.json",
  "languages/json.json": "languages/json.json",
  "languages/yaml.json": "languages/yaml.json",
  "languages/json.tmLanguage.json": "languages/json.tmLanguage.json",
  "languages/yaml.tmLanguage.json": "languages/yaml.tmLanguage.json",
};

const CONTENT_TYPES = { json: "application/json", js: "application/javascript", css: "text/css", md: "text/markdown", png: "image/png", txt: "text/plain", vsixmanifest: "text/xml" };

/** The same files give the same bytes. */
const MODIFIED = new Date(1980, 0, 1);

/** @param {string} folder */
export async function pack(folder) {
  const text = await readFile(path.join(folder, "package.json"), "utf8");
  const { scripts, devDependencies, private: _, ...manifest } = JSON.parse(text);
  /** @type {Record<string, Uint8Array>} */
  const entries = {
    "extension.vsixmanifest": bytes(vsixManifest(manifest)),
    "[Content_Types].xml": bytes(contentTypes()),
    "extension/package.json": bytes(JSON.stringify(manifest, null, 2)),
  };
  for (const [from, to] of Object.entries(FILES)) entries[`extension/${to}`] = await readFile(path.join(folder, from));
  return zipSync(entries, { mtime: MODIFIED, level: 9 });
}

/** @param {string} text */
const bytes = (text) => new TextEncoder().encode(text);

/** @param {string} text */
const xml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function contentTypes() {
  const types = Object.entries(CONTENT_TYPES).map(([end, type]) => `<Default Extension=".${end}" ContentType="${type}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${types.join("")}</Types>
`;
}

/** @param {any} manifest */
function vsixManifest({ name, version, publisher, displayName, description, keywords, categories, engines, extensionKind }) {
  /** @param {string} type @param {string} file */
  const asset = (type, file) => `<Asset Type="Microsoft.VisualStudio.${type}" Path="extension/${file}" Addressable="true"/>`;
  /** @param {string} id @param {string} value */
  const property = (id, value) => `<Property Id="Microsoft.VisualStudio.${id}" Value="${xml(value)}"/>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}"/>
    <DisplayName>${xml(displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(description)}</Description>
    <Tags>${xml(keywords.join(","))}</Tags>
    <Categories>${xml(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <License>extension/LICENSE-MIT.txt</License>
    <Icon>extension/icon.png</Icon>
    <Properties>
      ${property("Code.Engine", engines.vscode)}
      ${property("Code.ExtensionKind", extensionKind.join(","))}
      ${property("Services.GitHubFlavoredMarkdown", "true")}
    </Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    ${asset("Code.Manifest", "package.json")}
    ${asset("Services.Content.Details", "README.md")}
    ${asset("Services.Content.Changelog", "CHANGELOG.md")}
    ${asset("Services.Content.License", "LICENSE-MIT.txt")}
    ${asset("Services.Icons.Default", "icon.png")}
  </Assets>
</PackageManifest>
`;
}
