// Writes the page's program and style to ../src/clustersim/workshop/bundle; with --check, says whether they are what is
// there already.  What is built depends on the sources and the versions in package-lock.json alone.
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "clustersim", "workshop", "bundle");
const common = { bundle: true, minify: true, write: false, legalComments: "none", charset: "utf8", logLevel: "warning" };
const program = await build({
  ...common, entryPoints: [join(here, "src", "main.ts")], format: "iife", target: ["es2020", "chrome87", "firefox88", "safari15"],
  banner: { js: "/* Built from web/ by `npm run build`. Holds fflate, MIT licence, (c) Arjun Barrett. */" },
});
const style = await build({ ...common, entryPoints: [join(here, "src", "style.css")], target: ["chrome87", "firefox88", "safari15"] });
const files = { "page.js": program.outputFiles[0].text, "page.css": style.outputFiles[0].text };
if (/<\/script|<!--/i.test(files["page.js"]) || /<\/style/i.test(files["page.css"])) throw new Error("would end its element");

let same = true;
for (const [name, text] of Object.entries(files)) {
  const path = join(out, name);
  if (process.argv.includes("--check")) {
    let old = "";
    try { old = readFileSync(path, "utf8"); } catch { /* not there: not the same */ }
    if (old !== text) { console.error(`${name} is not what web/ builds: npm run build`); same = false; }
  } else {
    mkdirSync(out, { recursive: true });
    writeFileSync(path, text);
    console.log(`${name} ${(text.length / 1024).toFixed(0)} KB`);
  }
}
process.exit(same ? 0 : 1);
