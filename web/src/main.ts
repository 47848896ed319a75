// The page: story and free mode, keys, the menu; one scene on the stage at a time.
import { clear, h } from "./dom";
import { Player } from "./player";
import { Desk, present } from "./presenter";
import { luck, money, surprise } from "./scenes/after";
import { predict, reveal } from "./scenes/bet";
import { free } from "./scenes/free";
import { cluster, firm } from "./scenes/look";
import { programme } from "./scenes/programme";
import { put, type Scene } from "./scenes/shared";
import { about, askLucks, askPair, changed, NEWS, readFile, state } from "./state";
import { current, languages, rightToLeft, speak, t } from "./words";

const SCENES: (() => Scene)[] = [cluster, firm, predict, reveal, luck, money, programme, surprise, free];
const FREE = 8;
const root = document.getElementById("app")!;
let scene: Scene | null = null, player = new Player(), shownMonth = -1, wasPlaying = false;
const desk = new Desk((k) => go(k));

function go(k: number): void { if (k < 0 || k > FREE || (k === state.scene && scene)) return; state.scene = k; draw(); desk.tell(current()); }
const forward = (): void => { if (state.scene < 7) go(state.scene + 1); };
const backward = (): void => { if (state.scene > 0 && state.scene < FREE) go(state.scene - 1); };

/** What the room has changed of the cluster, for it goes along from scene to scene. */
function moved(): HTMLElement | null {
  const text = Object.entries(state.changes).map(([name, value]) => `${t(`c_${name}`)} ${put(name, value)}`).join(" · ");
  return text && state.scene !== FREE ? h("span", { class: "moved", title: text }, text) : null;
}
function draw(): void {
  const k = state.scene, title = k === FREE ? t("free") : t(`s${k + 1}`);
  player = new Player(); scene = SCENES[k](); player.sync(); shownMonth = -1;
  const said = h("p", { class: "note", role: "status" });
  const menu = h("select", { "aria-label": t("menu_language"), onchange: (e: Event) => { speak((e.target as HTMLSelectElement).value); draw(); desk.tell(current()); } },
    languages().map(([code, name]) => h("option", { value: code, selected: code === current(), lang: code }, name)));
  const header = h("header", {}, h("h1", {}, k === FREE ? null : h("span", { class: "number" }, String(k + 1)), title),
    h("nav", { "aria-label": t("scenes") }, h("ol", {}, SCENES.slice(0, FREE).map((_, i) => h("li", {}, h("button", { class: "dot", "aria-current": i === k ? "step" : null, "aria-label": `${i + 1}. ${t(`s${i + 1}`)}`, title: t(`s${i + 1}`), onclick: () => go(i) }, String(i + 1)))))),
    h("div", { class: "menu" }, h("button", { "aria-pressed": String(state.table), onclick: () => { state.table = !state.table; draw(); } }, t("table")), h("button", { onclick: () => print() }, t("print")),
      h("button", { onclick: () => { said.textContent = desk.open() ? "" : t("t_blocked"); } }, t("presenter")), h("button", { onclick: () => go(k === FREE ? 0 : FREE) }, t(k === FREE ? "story" : "free")), menu));
  const footer = h("footer", {}, k === FREE ? null : h("button", { class: "step", disabled: k === 0, onclick: backward }, t("back")),
    scene.plays ? player.node : h("p", { class: "keys" }, t("keys")), said, moved(), h("span", { class: "source" }, about.title), k === FREE ? null : h("button", { class: "primary step", disabled: k === 7, onclick: forward }, t("next")));
  document.body.className = state.table ? "with-table" : "";
  document.title = `${title} · ${about.title}`;
  clear(root); root.append(header, h("main", {}, scene.node), footer);
}

addEventListener("keydown", (e) => {
  const at = e.target as HTMLElement;
  if (e.ctrlKey || e.altKey || e.metaKey || !scene || at.closest("input, select, [role=slider], canvas[tabindex]") && e.key !== "Escape") return;
  const on = at.closest("button"), ahead = rightToLeft() ? "ArrowLeft" : "ArrowRight", behind = rightToLeft() ? "ArrowRight" : "ArrowLeft";
  if (e.key === ahead || e.key === "PageDown" || (e.key === " " && !on)) { e.preventDefault(); forward(); }
  else if (e.key === behind || e.key === "PageUp") { e.preventDefault(); backward(); }
  else if (e.key.toLowerCase() === "p" && scene.plays) player.toggle();
  else if (e.key.toLowerCase() === "t") { state.table = !state.table; draw(); }
  else if (e.key === "Escape") at.blur();
});

let last = 0, awake = false;
/** A picture is drawn after whatever somebody did, and one after another while time runs; else the page rests. */
function wake(): void { if (!awake) { awake = true; last = performance.now(); requestAnimationFrame(frame); } }
for (const kind of ["click", "input", "change", "keydown", "message"]) addEventListener(kind, wake, true);
function frame(now: number): void {
  const seconds = Math.max(0, Math.min(0.25, (now - last) / 1000)); last = now; awake = false;
  player.tick(seconds);
  scene?.frame?.(state.month);
  const m = Math.floor(state.month);
  if (m !== shownMonth || wasPlaying !== state.playing) { shownMonth = m; wasPlaying = state.playing; if (!state.playing || state.scene !== 3) scene?.changed?.(); }
  if (state.playing) { awake = true; requestAnimationFrame(frame); }
}

async function waitForLucks(): Promise<void> {
  for (;;) {
    try { state.ownLucks = await askLucks(); } catch { /* asked again below */ }
    if (state.ownLucks && !changed()) state.lucks = state.ownLucks;
    dispatchEvent(new Event(NEWS));
    if (state.ownLucks) return;
    await new Promise((done) => setTimeout(done, 1000));
  }
}
addEventListener(NEWS, () => { if (scene?.news) scene.news(); });

async function begin(): Promise<void> {
  speak(about.language);
  const presenting = location.hash === "#presenter" && window.opener;
  if (about.live) {
    try { state.pair = await askPair(0, () => {}); } catch (e) { root.append(h("p", { role: "alert" }, t("failed", { reason: (e as Error).message }))); return; }
    void waitForLucks();
  } else readFile();
  if (presenting) { present(root, speak); return; }
  draw(); wake();
}
void begin();
