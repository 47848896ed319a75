// Walks the page as a room would, in a real browser, and prints what it saw as JSON; tests/workshop/test_browser.py reads it.
//   node walk.mjs PAGE.html http://127.0.0.1:PORT/
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [, , file, live] = process.argv;
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
const text = (page, what) => page.$eval(what, (node) => node.textContent.trim());
const forward = (language) => (language === "ar" ? "ArrowLeft" : "ArrowRight");

/** What of a scene the Tab key does not reach, and where the focus does not show. */
async function tabbed(page, scene) {
  await page.evaluate(() => { document.activeElement?.blur(); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); window.reached = new Set(); });
  const hidden = new Set();
  for (let k = 0; k < 200; k++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const on = document.activeElement;
      if (on === document.body || window.reached.has(on)) return null;
      window.reached.add(on);
      const style = getComputedStyle(on), grip = on.querySelector(".grip");
      return { what: on.outerHTML.slice(0, 60), shows: grip ? parseFloat(getComputedStyle(grip).strokeWidth) > 3 : style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1 };
    });
    if (!found) break;
    if (!found.shows) hidden.add(`scene ${scene}: no focus to be seen: ${found.what}`);
  }
  const missed = await page.evaluate(() => [...document.querySelectorAll("button:not(:disabled), input, select, [role=slider], canvas[tabindex]")]
    .filter((node) => node.checkVisibility() && !window.reached.has(node)).map((node) => node.outerHTML.slice(0, 60)));
  return [...hidden, ...missed.map((what) => `scene ${scene}: not reached: ${what}`)];
}
/** Whether a room that made no bet is shown one, and what the foot says of a slider that was moved and put back. */
async function untouched(url) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } }), page = await context.newPage();
  await page.goto(url);
  for (const k of [3, 4]) await page.click(`nav li:nth-child(${k}) button`);
  const bets = await page.$$eval(".chart .stamp", (all) => all.length), foot = [];
  await page.click(".menu button:nth-child(4)");
  for (const to of ["0.6", await page.$eval(".changes input", (i) => i.value)]) {
    await page.$eval(".changes input", (i, value) => { i.value = value; i.dispatchEvent(new Event("input")); i.dispatchEvent(new Event("change")); }, to);
    await page.click(".menu button:nth-child(4)");
    foot.push((await page.$$(".moved")).length);
    await page.click(".menu button:nth-child(4)");
  }
  await context.close();
  return { bets, foot };
}
/** How many different pictures of the map are drawn in a second of playing. */
async function pictures(url, reducedMotion) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, offline: true, reducedMotion }), page = await context.newPage();
  await page.goto(url);
  await page.click("nav li:nth-child(4) button");
  await page.keyboard.press("p");
  const count = await page.evaluate(() => new Promise((done) => {
    const canvas = document.querySelector("figure:nth-child(2) canvas"), found = new Set(), began = performance.now();
    const look = () => { found.add(canvas.toDataURL()); if (performance.now() - began < 1000) requestAnimationFrame(look); else done(found.size); };
    look();
  }));
  await context.close();
  return count;
}
async function walk(url, language, check) {
  const fromFile = url.startsWith("file:");
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, offline: fromFile, bypassCSP: check });
  const page = await context.newPage(), seen = { language, from: fromFile ? "file" : "live", errors: [], requests: [], titles: [], axe: [], overflow: [], unseen: [] };
  page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") seen.errors.push(m.text()); });
  page.on("pageerror", (e) => seen.errors.push(String(e)));
  page.on("request", (r) => { if (r.url() !== url && !r.url().startsWith("data:")) seen.requests.push(r.url()); });
  const began = Date.now();
  await page.goto(url);
  await page.waitForSelector("header h1");
  seen.opened = Date.now() - began;
  if (language !== "en") await page.selectOption(".menu select", language);
  await page.evaluate(() => document.activeElement?.blur());
  seen.direction = await page.evaluate(() => document.documentElement.dir);
  for (let k = 1; k <= 8; k++) {
    seen.titles.push(await text(page, "header h1"));
    if (k === 2) { await page.focus(".map canvas"); await page.keyboard.press("ArrowUp"); await page.keyboard.press("ArrowLeft"); seen.story = await text(page, ".story"); }
    if (k === 3) {
      await page.focus(".handle"); for (let i = 0; i < 3; i++) await page.keyboard.press("PageUp"); await page.keyboard.press("ArrowDown");
      seen.bet = await page.$$eval(".bets dd", (all) => all.map((d) => d.textContent)); await page.click(".panel .primary");
    }
    if (k === 4) {
      await page.evaluate(() => { const i = document.querySelector(".player input"); i.value = i.max; i.dispatchEvent(new Event("input")); });
      await page.waitForFunction(() => document.querySelector(".said").textContent); seen.said = await text(page, ".said"); seen.events = await page.$$eval(".ticker li", (all) => all.length);
    }
    if (k === 5) { await page.waitForFunction(() => document.querySelectorAll(".band").length === 2, null, { timeout: 30000 }); seen.luck = await text(page, ".big"); }
    if (k === 6) { await page.focus(".stopper input"); await page.keyboard.press("End"); seen.money = await text(page, ".said"); await page.evaluate(() => document.activeElement.blur()); }
    if (k === 7) { await page.click(".starts .primary"); await page.waitForSelector(".score tr:nth-child(3)"); seen.plans = await page.$$eval(".score tbody tr", (all) => all.map((row) => row.textContent)); }
    if (check) {
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      seen.axe.push(...found.violations.map((v) => `scene ${k}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`));
    }
    if (check) seen.unseen.push(...await tabbed(page, k));
    seen.overflow.push(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1 || document.documentElement.scrollHeight > innerHeight + 1));
    await page.evaluate(() => document.activeElement?.blur());
    if (k < 8) await page.keyboard.press(k % 2 ? " " : forward(language));
  }
  await page.keyboard.press("t");
  seen.foreign = await page.evaluate(() => ({ bad: window.bad ?? null, images: document.images.length, source: document.querySelector(".source").textContent }));
  const [other] = await Promise.all([context.waitForEvent("page"), page.click(".menu button:nth-child(3)")]);
  await other.waitForFunction(() => document.querySelector("h1")?.textContent.startsWith("8"));
  await other.click(".row button:not(.primary)");
  await page.waitForFunction(() => document.querySelector(".number")?.textContent === "7");
  seen.presenter = await other.$eval("h1", (node) => node.textContent);
  await page.click(".menu button:nth-child(4)");
  await page.waitForSelector(".scene.free");
  if (!fromFile) {
    seen.sliders = await page.$$eval(".changes input", (all) => all.length);
    const start = Date.now();
    await page.evaluate(() => { const i = document.querySelector(".changes input"); i.value = "0.6"; i.dispatchEvent(new Event("input")); i.dispatchEvent(new Event("change")); });
    await page.waitForFunction(() => /\d/.test(document.querySelector(".changes [role=status]").textContent), null, { timeout: 30000 });
    seen.slider = Date.now() - start;
  }
  await context.close();
  return seen;
}
const found = [];
for (const [url, language, check] of [[file, "en", true], [file, "ar", true], [file, "en", false], [live, "en", false], [live, "ar", false]]) found.push(await walk(url, language, check));
const motion = { free: await pictures(file, "no-preference"), reduced: await pictures(file, "reduce") };
console.log(JSON.stringify({ walks: found, motion, untouched: await untouched(live) }));
await browser.close();
