// The free page: both maps, the chart and any firm's story at once, and, where there is a server, another cluster.
import { Chart } from "../chart";
import { ClusterMap } from "../cluster";
import { clear, h } from "../dom";
import { about, askPair, brokenOff, changed, state, wantLucks, type Side } from "../state";
import { tell } from "../story";
import { n, t } from "../words";
import { bothLines, endFlag, legend, lucksBands, measures, put, type Scene, titleOf, topOf, waiting } from "./shared";

export function free(): Scene {
  const both = h("div", { class: "both" }), chart = new Chart(), story = h("div", { class: "story" }), shaded = h("p", { class: "note" });
  let maps: ClusterMap[] = [];
  const words = () => {
    clear(story);
    if (state.firm < 0) { story.append(h("p", {}, t("s2_lead"))); return; }
    const told = tell(state.pair!.arms[state.side], state.side, state.firm, state.month);
    story.append(h("h2", {}, `${told.title}, ${t(state.side)}`), ...told.facts.map((text) => h("p", {}, text)), h("ul", {}, told.past.slice(0, 3).map((text) => h("li", {}, text))));
  };
  const draw = () => {
    const lines = bothLines(state.measure), bands = lucksBands(["with", "without"], state.measure);
    shaded.textContent = bands.length ? `${t("shaded")} n = ${n(state.lucks!.count)}` : "";
    chart.show({ title: titleOf(state.measure), lines, bands, top: topOf(state.measure, ...lines.flatMap((l) => l.ys), ...bands.flatMap((b) => b.high)), flags: endFlag(), upTo: about.months });
  };
  const lay = () => {
    maps = (["without", "with"] as Side[]).map((side) => new ClusterMap(state.pair!.arms[side], side, (i) => { state.firm = i; state.side = side; words(); }));
    both.replaceChildren(...maps.map((map, k) => h("figure", { class: "stage" }, h("figcaption", {}, t(k ? "with" : "without")), map.node)));
    draw(); words();
  };
  lay();
  const node = h("section", { class: "scene free" }, both, h("aside", { class: "panel", tabindex: "0" }, changes(lay), story, legend(state.pair!.arms.with)), h("div", { class: "under" }, h("div", {}, measures(draw), shaded), chart.node));
  return { node, frame: (m) => maps.forEach((map) => map.draw(m)), changed: words, news: draw, plays: true };
}

/** Sliders for another cluster and a button for another luck; a file can only say where they are to be had. */
function changes(done: () => void): HTMLElement {
  if (!about.live) return h("p", { class: "note" }, t("only_live", { name: about.name }));
  const said = h("p", { class: "note", role: "status" });
  let luck = state.pair!.luck;
  const ask = async () => {
    said.textContent = t("busy");
    try {
      state.pair = await askPair(luck, waiting(said));
      state.lucks = changed() ? null : state.ownLucks;
      said.textContent = t("luck_n", { n: luck + 1 }); done();
      await wantLucks();
    } catch (fault) { if (!brokenOff(fault)) said.textContent = t("failed", { reason: (fault as Error).message }); }
  };
  const form = h("div", { class: "changes" }, h("h2", {}, t("change")), about.sliders.map((slider) => {
    const now = state.changes[slider.name] ?? slider.now, shown = h("output", {}, put(slider.name, now));
    return h("label", {}, h("span", {}, t(`c_${slider.name}`), " ", shown), h("input", { type: "range", dir: "ltr", name: slider.name, min: slider.least, max: slider.most, step: slider.step, value: now,
      oninput: (e: Event) => { shown.textContent = put(slider.name, Number((e.target as HTMLInputElement).value)); },
      onchange: (e: Event) => { const to = Number((e.target as HTMLInputElement).value); if (to === slider.now) delete state.changes[slider.name]; else state.changes[slider.name] = to; void ask(); } }));
  }), h("div", { class: "row" }, h("button", { class: "primary", onclick: () => { luck++; void ask(); } }, t("fresh")),
    h("button", { onclick: () => { state.changes = {}; luck = 0; form.querySelectorAll("label").forEach((label, k) => { label.querySelector("input")!.value = String(about.sliders[k].now); label.querySelector("output")!.textContent = put(about.sliders[k].name, about.sliders[k].now); }); void ask(); } }, t("reset"))), said);
  return form;
}
