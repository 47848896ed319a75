// Scenes 5, 6 and 8: other lucks, ways for the money to stop, and what there is to talk about.
import { Chart } from "../chart";
import { h } from "../dom";
import { about, afterwards, changed, ENDINGS, lineOf, luckLine, middle, quantile, state, wantLucks, wins, yearsOfProgramme, type Ending, type Side } from "../state";
import { MARKS } from "../style_marks";
import { t } from "../words";
import { bothLines, endFlag, lucksBands, measures, type Scene, titleOf, topOf } from "./shared";

export function luck(): Scene {
  const chart = new Chart(), said = h("p", { class: "big", role: "status" }), note = h("p", {}), lead = h("p", { class: "lead" });
  const draw = () => {
    const lucks = state.lucks;
    lead.textContent = t("s5_lead", { n: lucks?.count ?? (changed() ? about.few : about.lucks) });
    if (!lucks) { said.textContent = changed() ? t("busy") : t("s5_wait", { done: state.lucksDone, total: about.lucks }); return; }
    const measure = state.measure, xs = about.quarters, faint: { label: string; mark: typeof MARKS.with; xs: number[]; ys: number[] }[] = [];
    const lines = (["with", "without"] as Side[]).map((side) => {
      const all = Array.from({ length: lucks.count }, (_, k) => luckLine(side, k, measure));
      all.slice(0, 60).forEach((ys) => faint.push({ label: "", mark: MARKS[side], xs, ys }));
      return { label: t(side), mark: MARKS[side], xs, ys: xs.map((_, q) => quantile(all.map((line) => line[q]), 0.5)) };
    }), bands = lucksBands(["with", "without"], measure);
    const { wins: better, total } = wins(measure, about.months - 1);
    said.textContent = t("s5_said", { n: better, total }); note.textContent = t("s5_band");
    chart.show({ title: titleOf(measure), flags: endFlag(), faint, top: topOf(measure, ...bands.flatMap((band) => band.high)), bands, lines });
  };
  draw(); void wantLucks();
  return { node: h("section", { class: "scene split" }, chart.node, h("aside", { class: "panel", tabindex: "0" }, lead, measures(draw), said, note)), news: draw };
}

export function money(): Scene {
  const chart = new Chart(), said = h("p", { class: "said", role: "status" }), all = h("p", {}), shaded = h("p", { class: "note" }), what = h("p", { class: "ask" });
  const slider = h("input", { type: "range", min: "0", max: "2", step: "1", dir: "ltr", value: String(ENDINGS.indexOf(state.ending)), "aria-label": t("s6"), oninput: () => { state.ending = ENDINGS[Number(slider.value)]; draw(); } });
  const stops = h("div", { class: "stops", dir: "ltr" }, ENDINGS.map((ending) => h("button", { onclick: () => { state.ending = ending; slider.value = String(ENDINGS.indexOf(ending)); draw(); } }, t(ending))));
  const draw = () => {
    const measure = state.measure, lines = bothLines(measure), third = lineOf(state.pair!.exits[state.ending][measure], measure), at = afterwards();
    lines[0].label = t("planned");
    lines.push({ label: t(state.ending), mark: MARKS.third, ys: third });
    const bands = lucksBands([state.ending], measure);
    const stop = state.ending === "cut" ? about.cut : about.programme[1];
    chart.show({ title: titleOf(measure), lines, flags: [{ month: stop, label: state.ending === "cut" ? t("cut") : t("programme_end") }], bands, top: topOf(measure, ...lines.flatMap((l) => l.ys), ...bands.flatMap((band) => band.high)) });
    slider.setAttribute("aria-valuetext", t(state.ending)); what.textContent = t(`${state.ending}_text`);
    stops.querySelectorAll("button").forEach((b, k) => b.setAttribute("aria-pressed", String(ENDINGS[k] === state.ending)));
    said.textContent = t("s6_said", { third: third[at], planned: lines[0].ys[at], none: lines[1].ys[at] });
    shaded.textContent = bands.length ? t("shaded") : "";
    all.textContent = changed() ? t("s6_one") : state.lucks ? t("s6_all", { n: state.lucks.count, ...Object.fromEntries(ENDINGS.map((e: Ending) => [e, middle(e, measure, at)])) }) : "";
  };
  draw();
  return { node: h("section", { class: "scene split" }, chart.node, h("aside", { class: "panel", tabindex: "0" }, h("p", { class: "lead" }, t("s6_lead", { n: yearsOfProgramme() })), measures(draw), h("div", { class: "stopper" }, slider, stops), what, said, all, shaded)), news: draw };
}

export function surprise(): Scene {
  return { node: h("section", { class: "scene last" },
    h("div", { class: "questions" }, h("ol", {}, [1, 2, 3].map((k) => h("li", {}, t(`q${k}`))))),
    h("aside", { class: "panel out", tabindex: "0" }, h("h2", {}, t("leaves_out")), h("ul", {}, [1, 2, 3, 4, 5, 6].map((k) => h("li", {}, t(`out_${k}`)))))) };
}
