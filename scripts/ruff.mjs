// Does the Python look as pyproject.toml says? Ruff without a native package: Debian 12 has none.
// usage: node ruff.mjs check|fix|format|reformat PYTHON [FOLDER...]   PYTHON reads the settings, which are TOML
// check and format print what is wrong and exit 1 then; fix and reformat rewrite the files.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import ruff from "@astral-sh/ruff-wasm-nodejs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [mode, python, ...only] = process.argv.slice(2);
const toJson = "import json, tomllib; print(json.dumps(tomllib.load(open('pyproject.toml', 'rb'))['tool']['ruff']))";
const settings = JSON.parse(execFileSync(python, ["-c", toJson], { cwd: root, encoding: "utf8" }));
const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.py"];
const files = execFileSync("git", list, { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => existsSync(join(root, file))) // git still lists what was moved and not committed yet
  .filter((file) => only.length === 0 || only.some((folder) => file.startsWith(folder)));

// The build for WebAssembly sees texts, not files: it cannot find out which packages are ours, nor whose exceptions apply.
const folders = (path) => readdirSync(join(root, path), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const ours = (settings.src ?? []).flatMap((path) => folders(path).map((entry) => entry.name));
settings.lint.isort = { ...settings.lint.isort, "known-first-party": ours };
const exceptions = Object.entries(settings.lint["per-file-ignores"] ?? {}).map(([glob, rules]) => [glob.replace("**", ""), rules]);
delete settings.lint["per-file-ignores"];

const workspaces = new Map();
function workspaceFor(file) {
  const ignore = exceptions.filter(([prefix]) => file.startsWith(prefix)).flatMap(([, rules]) => rules);
  const key = ignore.join(" ");
  if (!workspaces.has(key)) {
    const lint = { ...settings.lint, ignore: [...(settings.lint.ignore ?? []), ...ignore] };
    workspaces.set(key, new ruff.Workspace({ ...settings, lint }, ruff.PositionEncoding.Utf32));
  }
  return workspaces.get(key);
}

// One fix at a time, because each moves what the next one speaks of; unused names first, so that sorting sees what is left.
function fixed(file, text) {
  for (let round = 0; round < 100; ++round) {
    const found = workspaceFor(file).check(text).filter(({ fix }) => fix);
    const { fix } = found.find(({ code }) => code === "F401") ?? found[0] ?? {};
    if (fix === undefined) break;
    const lines = text.split("\n");
    const offset = ({ row, column }) => lines.slice(0, row - 1).reduce((sum, line) => sum + line.length + 1, 0) + column - 1;
    for (const edit of [...fix.edits].reverse()) {
      text = text.slice(0, offset(edit.location)) + (edit.content ?? "") + text.slice(offset(edit.end_location));
    }
  }
  return text;
}

let wrong = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), "utf8");
  if (mode === "fix") {
    const mended = fixed(file, text);
    if (mended !== text) writeFileSync(join(root, file), mended);
  } else if (mode !== "check") {
    const formatted = workspaceFor(file).format(text);
    if (formatted === text) continue;
    if (mode === "reformat") writeFileSync(join(root, file), formatted);
    else wrong += 1;
    console.log(`${file}: ${mode === "reformat" ? "formatted" : "not formatted"}`);
    continue;
  }
  for (const { code, message, start_location: at } of workspaceFor(file).check(readFileSync(join(root, file), "utf8"))) {
    wrong += 1;
    console.log(`${file}:${at.row}:${at.column}: ${code} ${message}`);
  }
}
console.log(`${files.length} files, ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
