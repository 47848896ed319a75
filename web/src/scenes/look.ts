// Scenes 1, 2 and the free page: the map, one firm's story, and, where there is a server, another cluster.
import { Chart } from "../chart";
import { ClusterMap } from "../cluster";
import { clear, h } from "../dom";
import { about, askPair, incomeAtStart, Refused, state, type Measure, type Side } from "../state";
import { tell } from "../story";
import { n, t } from "../words";
import { bothLines, endFlag, legend, mapTable, measures, type Scene, titleOf, topOf } from "./shared";

export function cluster(): Scene {
  state.month = 0; state.playing = false;
  const arm = state.pair!.arms.with, map = new ClusterMap(arm, "with", undefined, true), beside = h("div", { class: "beside", tabindex: "0" });
  const node = h("section", { class: "scene split" }, h("figure", { class: "stage" }, map.node, beside),
    h("aside", { class: "panel", tabindex: "0" }, h("p", { class: "lead" }, t("s1_lead", { firms: map.counts(0).open })), h("p", { class: "ask" }, t("s1_ask")), legend(arm)));
  const table = () => beside.replaceChildren(mapTable([[t("m_trust"), map.counts()]]));
  return { node, frame: (m) => map.draw(m), changed: table };
}

export function firm(): Scene {
  if (state.firm < 0) state.firm = interesting();
  state.playing = false;
  if (state.month === 0) state.month = Math.min(about.months - 1, about.programme[1]);
  const stage = h("div", { class: "fill" }), panel = h("div", { class: "story", "aria-live": "polite" }), beside = h("div", { class: "beside", tabindex: "0" });
  let map: ClusterMap;
  const words = () => {
    const story = tell(state.pair!.arms[state.side], state.side, state.firm, state.month);
    clear(panel);
    panel.append(h("h2", {}, story.title), ...story.facts.map((text) => h("p", {}, text)), h("h3", {}, t("lately")),
      story.past.length ? h("ul", {}, story.past.map((text) => h("li", {}, text))) : h("p", {}, t("nothing_yet")));
    beside.replaceChildren(mapTable([[t(state.side), map.counts()]]));
  };
  const lay = () => { map = new ClusterMap(state.pair!.arms[state.side], state.side, (i) => { state.firm = i; words(); }); stage.replaceChildren(map.node); words(); };
  const sides = h("div", { class: "choice" }, (["with", "without"] as Side[]).map((side) => h("button", { "aria-pressed": String(state.side === side), onclick: (e: Event) => {
    state.side = side; sides.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === e.currentTarget))); lay(); } }, t(side))));
  lay();
  return { node: h("section", { class: "scene split wide" }, h("figure", { class: "stage" }, stage, beside), h("aside", { class: "panel", tabindex: "0" }, h("p", { class: "lead" }, t("s2_lead")), sides, panel)),
    frame: (m) => map.draw(m), changed: words, plays: true };
}

/** A firm that has been asked to something and said no at least once: it has a story. */
function interesting(): number {
  const { data, shape } = state.pair!.arms.with.diary, count = new Map<number, number>();
  for (let row = 0; row < shape[0]; row++) {
    const message = state.pair!.arms.with.messages[data[row * shape[1] + 2]];
    const weight = { afraid: 3, joined: 2, not_worth: 2, betrayed: 0.2, entered: 1 }[message] ?? 0.5, who = data[row * shape[1] + 1];
    count.set(who, (count.get(who) ?? 0) + Math.min(weight, 3));
  }
  return [...count].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

export function free(): Scene {
  const both = h("div", { class: "both" }), chart = new Chart(), story = h("div", { class: "story" });
  let maps: ClusterMap[] = [];
  const words = () => {
    clear(story);
    if (state.firm < 0) { story.append(h("p", {}, t("s2_lead"))); return; }
    const told = tell(state.pair!.arms[state.side], state.side, state.firm, state.month);
    story.append(h("h2", {}, `${told.title}, ${t(state.side)}`), ...told.facts.map((text) => h("p", {}, text)), h("ul", {}, told.past.slice(0, 3).map((text) => h("li", {}, text))));
  };
  const draw = () => {
    const lines = bothLines(state.measure);
    chart.show({ title: titleOf(state.measure), lines, top: topOf(state.measure, ...lines.flatMap((l) => l.ys)), flags: endFlag(), upTo: about.months });
  };
  const lay = () => {
    maps = (["without", "with"] as Side[]).map((side) => new ClusterMap(state.pair!.arms[side], side, (i) => { state.firm = i; state.side = side; words(); }));
    both.replaceChildren(...maps.map((map, k) => h("figure", { class: "stage" }, h("figcaption", {}, t(k ? "with" : "without")), map.node)));
    draw(); words();
  };
  lay();
  const node = h("section", { class: "scene free" }, both, h("aside", { class: "panel", tabindex: "0" }, changes(lay), story, legend(state.pair!.arms.with)), h("div", { class: "under" }, h("div", {}, measures((_: Measure) => draw())), chart.node));
  return { node, frame: (m) => maps.forEach((map) => map.draw(m)), changed: words, plays: true };
}

/** Sliders for another cluster and a button for another luck; a file can only say where they are to be had. */
function changes(done: () => void): HTMLElement {
  if (!about.live) return h("p", { class: "note" }, t("only_live", { name: about.name }));
  const moved: Record<string, number> = {}, said = h("p", { class: "note", role: "status" });
  let luck = state.pair!.luck, running = false, again = false;
  const ask = async () => {
    if (running) { again = true; return; }
    running = true; said.textContent = t("busy");
    try { state.pair = await askPair(luck, moved); incomeAtStart(); said.textContent = t("luck_n", { n: luck + 1 }); done(); }
    catch (e) { said.textContent = e instanceof Refused && e.message === "busy" ? t("too_busy") : t("failed", { reason: (e as Error).message }); }
    running = false;
    if (again) { again = false; void ask(); }
  };
  const form = h("div", { class: "changes" }, h("h2", {}, t("change")), about.sliders.map((slider) => {
    const shown = h("output", {}, put(slider.name, slider.now));
    return h("label", {}, h("span", {}, t(`c_${slider.name}`), " ", shown), h("input", { type: "range", dir: "ltr", name: slider.name, min: slider.least, max: slider.most, step: slider.step, value: slider.now,
      oninput: (e: Event) => { shown.textContent = put(slider.name, Number((e.target as HTMLInputElement).value)); },
      onchange: (e: Event) => { moved[slider.name] = Number((e.target as HTMLInputElement).value); void ask(); } }));
  }), h("div", { class: "row" }, h("button", { class: "primary", onclick: () => { luck++; void ask(); } }, t("fresh")),
    h("button", { onclick: () => { for (const k of Object.keys(moved)) delete moved[k]; luck = 0; form.querySelectorAll("input").forEach((i, k) => { i.value = String(about.sliders[k].now); i.dispatchEvent(new Event("input")); }); void ask(); } }, t("reset"))), said);
  return form;
}
const put = (name: string, value: number): string => n(name === "trust" || name === "memory" ? 100 * value : value);
