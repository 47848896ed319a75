// Scenes 3 and 4: the room bets, then both sides run side by side on the same luck.
import { Chart } from "../chart";
import { ClusterMap } from "../cluster";
import { clear, h } from "../dom";
import { lastOfProgramme, state, yearsOfProgramme, type Measure, type Side } from "../state";
import { MARKS } from "../style_marks";
import { n, t } from "../words";
import { bothLines, endFlag, mapTable, measures, type Scene, Ticker, titleOf, topOf } from "./shared";

function bet(measure: Measure) {
  const start = bothLines(measure)[1].ys[0];
  return (state.bets[measure] ??= { with: Math.round(start), without: Math.round(start), set: false });
}

/** What the room has bet, if it has: markers that nobody moved are none. */
function made(measure: Measure) {
  const ours = state.bets[measure];
  return ours && (ours.set || ours.with !== ours.without) ? ours : undefined;
}

export function predict(): Scene {
  state.playing = false; state.month = 0;
  const chart = new Chart(), panel = h("div", {});
  const draw = () => {
    const measure = state.measure, ours = bet(measure), at = lastOfProgramme(), free = !ours.set;
    const handle = (side: Side) => ({ label: t(side), mark: MARKS[side], value: ours[side], month: at, move: free ? (v: number) => { ours[side] = v; draw(); } : undefined });
    const from = bothLines(measure)[1].ys[0];
    const line = (side: Side) => ({ label: "", mark: { ...MARKS[side], width: 3 }, xs: [0, at], ys: [from, ours[side]] });
    chart.show({ title: titleOf(measure), lines: [line("with"), line("without")], handles: [handle("with"), handle("without")], top: measure === "income" ? 200 : 100, flags: endFlag() });
    clear(panel);
    panel.append(h("dl", { class: "bets" }, (["with", "without"] as Side[]).flatMap((side) => [h("dt", { class: side }, t(`bet_${side}`)), h("dd", { class: side }, n(ours[side]))])),
      h("button", { class: "primary", onclick: () => { ours.set = !ours.set; draw(); } }, t(ours.set ? "s3_rebet" : "s3_bet")), h("p", { class: "note" }, ours.set ? t("s3_hidden") : ""));
  };
  draw();
  return { node: h("section", { class: "scene split" }, chart.node, h("aside", { class: "panel", tabindex: "0" }, h("p", { class: "lead" }, t("s3_lead", { n: yearsOfProgramme() })), measures(draw), panel)), changed: undefined };
}

export function reveal(): Scene {
  state.month = 0; state.playing = false; state.firm = -1;
  const arms = state.pair!.arms, maps = { without: new ClusterMap(arms.without, "without"), with: new ClusterMap(arms.with, "with") };
  const chart = new Chart(), ticker = new Ticker(arms.with), quiet = new Ticker(arms.without, 2), said = h("p", { class: "said", role: "status" }), beside = h("div", { class: "beside", tabindex: "0" });
  const draw = () => {
    const lines = bothLines(state.measure), ours = made(state.measure), at = lastOfProgramme();
    const handles = ours ? (["with", "without"] as Side[]).map((side) => ({ label: t("bet"), mark: MARKS[side], value: ours[side], month: at })) : [];
    chart.show({ title: titleOf(state.measure), lines, handles, top: topOf(state.measure, ...lines.flatMap((l) => l.ys), ours?.with ?? 0, ours?.without ?? 0), flags: endFlag(), upTo: Math.floor(state.month) });
  };
  let shown = -1;
  const month = (force = false) => {
    const m = Math.floor(state.month);
    if (m === shown && !force) return;
    shown = m;
    chart.advance(m); ticker.update(m); quiet.update(m);
    const ours = made(state.measure), at = lastOfProgramme();
    said.replaceChildren(...(ours && m >= at ? (["with", "without"] as Side[]).map((side, k) => h("span", { class: side }, `${t(side)}: ${t("s4_bet", { bet: ours[side], value: bothLines(state.measure)[k].ys[at] })}`)) : []));
    if (!state.playing) { draw(); beside.replaceChildren(mapTable([[t("without"), maps.without.counts()], [t("with"), maps.with.counts()]])); }
  };
  draw();
  const node = h("section", { class: "scene reveal" }, h("div", { class: "both" }, (["without", "with"] as Side[]).map((side) => h("figure", { class: "stage" }, h("figcaption", { class: side }, t(side)), maps[side].node)), beside),
    h("div", { class: "under" }, h("div", { class: "tall" }, measures(() => { draw(); month(true); }), chart.node), h("div", { class: "events", tabindex: "0", role: "region", "aria-label": t("events") }, h("p", { class: "note" }, t("s4_lead")), said, h("h2", {}, t("events")), h("h3", { class: "with" }, t("with")), ticker.node, h("h3", { class: "without" }, t("without")), quiet.node)));
  return { node, plays: true, frame: (m) => { maps.without.draw(m); maps.with.draw(m); if (state.playing) month(); }, changed: () => month(true) };
}
