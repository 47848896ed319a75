// Pieces that several scenes are made of.
import type { Band, Picture } from "../chart";
import { niceTop } from "../chart";
import { h, s } from "../dom";
import { kindName } from "../story";
import { about, lastOfProgramme, lineOf, luckLine, MEASURES, quantile, state, type Arm, type Ending, type Measure, type Side, type Told } from "../state";
import { MARKS, trustColour, trustSize, TRUST_STEPS } from "../style_marks";
import { monthOf, n, t } from "../words";

export interface Scene {
  node: HTMLElement;
  /** Called for every picture shown, with the month in parts. */
  frame?(month: number): void;
  /** Called when the month has become another, or anything else has. */
  changed?(): void;
  /** Called when other lucks have come. */
  news?(): void;
  plays?: boolean;
}

export function measures(pick: (measure: Measure) => void): HTMLElement {
  const node = h("div", { class: "choice", role: "group", "aria-label": t("legend") }, MEASURES.map((m) =>
    h("button", { "aria-pressed": String(state.measure === m), onclick: (e: Event) => { state.measure = m; node.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === e.currentTarget))); pick(m); } }, t(`m_${m}`))));
  return node;
}

export function bothLines(measure: Measure): Picture["lines"] {
  const arms = state.pair!.arms;
  return [{ label: t("with"), mark: MARKS.with, ys: lineOf(arms.with.measures[measure], measure) },
    { label: t("without"), mark: MARKS.without, ys: lineOf(arms.without.measures[measure], measure) }];
}
export const endFlag = (): { month: number; label: string }[] => [{ month: lastOfProgramme(), label: t("programme_end") }];
export function topOf(measure: Measure, ...values: number[]): number {
  return measure === "income" ? niceTop(1.1 * Math.max(125, ...values)) : Math.min(100, niceTop(1.1 * Math.max(25, ...values)));
}
/** Where nine in ten of the lucks lie; nothing while they are not there. */
export function lucksBands(sides: (Side | Ending)[], measure: Measure): Band[] {
  const lucks = state.lucks;
  if (!lucks) return [];
  const xs = about.quarters;
  return sides.filter((side) => lucks.arms[side]).map((side) => {
    const all = Array.from({ length: lucks.count }, (_, k) => luckLine(side, k, measure)), at = (share: number) => xs.map((_, q) => quantile(all.map((line) => line[q]), share));
    return { mark: MARKS[side] ?? MARKS.third, xs, low: at(0.05), high: at(0.95) };
  });
}
/** Says in this place how a question stands that the server has not answered yet. */
export const waiting = (said: HTMLElement): Told => (place) => { said.textContent = place < 0 ? t("too_busy") : place ? t("in_line", { n: place }) : t("busy"); };
/** The value of a slider as a room reads it. */
export const put = (slider: string, value: number): string => n(slider === "trust" || slider === "memory" ? 100 * value : value);
export function titleOf(measure: Measure): string { return t(`d_${measure}`); }

export function legend(arm: Arm): HTMLElement {
  const dot = (trust: number, more: SVGElement[] = []) => s("svg", { class: "sign", viewBox: "0 0 40 40", "aria-hidden": "true" }, s("circle", { cx: 20, cy: 20, r: 14 * trustSize(trust), fill: trustColour(trust), stroke: "#33415c", "stroke-width": 1.5 }), ...more);
  const sign = (...shapes: SVGElement[]) => s("svg", { class: "sign", viewBox: "0 0 40 40", "aria-hidden": "true" }, ...shapes);
  const ring = s("circle", { cx: 20, cy: 20, r: 17, fill: "none", stroke: MARKS.without.colour, "stroke-width": 3 });
  const item = (picture: SVGElement, text: string) => h("li", {}, picture, h("span", {}, text));
  return h("div", { class: "legend" }, h("h2", {}, t("legend")), h("p", {}, t("legend_trust")),
    h("ul", {}, TRUST_STEPS.map((from, k) => item(dot(from + 12 + (k === 3 ? 12 : 0)), t(`trust_${k + 1}`))),
      item(dot(30, [ring]), t("legend_acted")),
      item(sign(s("circle", { cx: 20, cy: 20, r: 6, fill: "none", stroke: "#33415c", "stroke-dasharray": "3 3", "stroke-width": 2 })), t("legend_closed")),
      item(sign(s("path", { d: "M20 4 36 20 20 36 4 20Z", fill: MARKS.third.colour })), t("legend_broker")),
      arm.place.banks ? item(sign(s("rect", { x: 8, y: 8, width: 24, height: 24, fill: "#e9e2d3", stroke: "#1b2333", "stroke-width": 3 })), t("legend_bank")) : null,
      arm.place.providers ? item(sign(s("path", { d: "M20 6 36 34H4Z", fill: "#e9e2d3", stroke: "#1b2333", "stroke-width": 3 })), t("legend_provider")) : null));
}

/** What the map shows as a table: how many firms stand in each class of trust. */
export function mapTable(arms: [string, { open: number; trust: number; acted: number; classes: number[] }][]): HTMLElement {
  return h("table", {}, h("thead", {}, h("tr", {}, h("td"), arms.map(([label]) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, [0, 1, 2, 3].map((k) => h("tr", {}, h("th", { scope: "row" }, t(`trust_${k + 1}`)), arms.map(([, c]) => h("td", {}, String(c.classes[k]))))),
      h("tr", {}, h("th", { scope: "row" }, t("legend_acted").replace(/^[^:]*: ?/, "")), arms.map(([, c]) => h("td", {}, String(c.acted))))));
}

export function eventText(key: string, values: Record<string, any>): string {
  const kind = values.kind ? kindName(values.kind) : "";
  const known: Record<string, string> = { first_purchase: "v_first", first_training: "v_first" };
  const found = known[key] ?? (key.startsWith("first_") && values.kind ? "v_first" : `v_${key}`);
  return t(found, { ...values, kind });
}

/** What happened up to a month, the newest first. */
export class Ticker {
  readonly node = h("ol", { class: "ticker", "aria-live": "off" });
  private shown = -1;
  constructor(private arm: Arm, private most = 4) {}
  update(month: number): void {
    const m = Math.floor(month);
    if (m === this.shown) return;
    this.shown = m;
    const events = this.arm.events.filter(([when]) => when <= m), last = events.slice(-this.most).reverse();
    this.node.replaceChildren(...last.map(([when, key, values]) => h("li", { class: when >= m - 2 ? "new" : "" }, h("time", {}, monthOf(about.start, when)), " ", eventText(key, values))));
  }
}
