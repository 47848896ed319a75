// Scenes 1 and 2: the map, and one firm's story.
import { ClusterMap } from "../cluster";
import { clear, h } from "../dom";
import { about, state, type Side } from "../state";
import { tell } from "../story";
import { t } from "../words";
import { legend, mapTable, type Scene } from "./shared";

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
