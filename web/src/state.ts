// What the page plays, and where the room is in it.
import { fromText, unpack, type Grid, type Numbers } from "./unpack";

export type Measure = "trust" | "joint_action" | "income";
export const MEASURES: Measure[] = ["joint_action", "trust", "income"];
export type Side = "with" | "without";
export type Ending = "flat" | "taper" | "cut";
export const ENDINGS: Ending[] = ["flat", "taper", "cut"];

export interface Series { data: Numbers; shape: number[] }
export interface Arm {
  place: { x: Grid; y: Grid; village: Grid; workers: Grid; family: Grid; woman: Grid; banks: number; providers: number };
  ties: { from: Grid; to: Grid; trust: Grid };
  trust: Grid; state: Grid; income: Grid;
  measures: Record<Measure, Series>;
  events: [number, string, Record<string, any>][];
  diary: Grid; messages: string[]; kinds: string[];
}
export interface Pair { luck: number; arms: Record<Side, Arm>; exits: Record<Ending, Record<Measure, Series>> }
export interface Lucks { arms: Record<Side, Grid> & Partial<Record<Ending, Grid>>; low: number[]; high: number[]; count: number }
export interface Mean { mean: Grid; ends: Grid }
export interface Plans {
  known: { start: "own" | "bitter"; opening: string; tokens: Record<string, number> }[];
  lines: Mean[]; alone: Record<"own" | "bitter", Mean>;
}
export interface Slider { name: string; now: number; least: number; most: number; step: number }
export interface About {
  name: string; title: string; start: string; months: number; firms: number; lucks: number;
  programme: [number, number]; cut: number; after: number; measures: Measure[]; told: string[]; quarters: number[]; minutes: [number, number][]; heaps: string[]; openings: string[];
  tokens: number; token_price: number; bitter: number; few: number; sliders: Slider[];
  live: boolean; language: string;
}

// A firm's byte of a month, as record.py writes it.
export const ALIVE = 1, ACTED = 2, NETWORK = 4, ASSOCIATION = 8, VISITED = 16, ACTS_NOW = 32, LOAN = 64, NEWCOMER = 128;
export const NO_TIE = 255, YEAR = 12;

export const about: About = JSON.parse(document.getElementById("about")!.textContent!);

export interface Bet { with: number; without: number; set: boolean }
export const state = {
  pair: null as Pair | null, lucks: null as Lucks | null, plans: null as Plans | null, lucksDone: 0,
  /** sliders that the room has moved, and the lucks of the cluster as it was, for when they are put back */
  changes: {} as Record<string, number>, ownLucks: null as Lucks | null,
  scene: 0, month: 0, playing: false, firm: -1, side: "with" as Side, measure: "joint_action" as Measure, ending: "flat" as Ending,
  table: false, bets: {} as Partial<Record<Measure, Bet>>, still: matchMedia("(prefers-reduced-motion: reduce)").matches,
};
matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", (e) => { state.still = e.matches; });

export function readFile(): void {
  const whole = unpack(fromText(document.getElementById("recording")!.textContent!));
  state.pair = whole.pair; state.lucks = state.ownLucks = whole.lucks; state.plans = whole.plans;
}

export class Refused extends Error {}
/** How a page is told of its place in the line: 0 is "being run", -1 that there is no place left. */
export type Told = (place: number) => void;
const page = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
let asking = new AbortController();
/** Ask the server, again and again until the answer is there; a newer question of this page breaks off the older one. */
async function ask(path: string, body: object, told: Told): Promise<any> {
  asking.abort();
  const { signal } = (asking = new AbortController());
  for (;;) {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...body, page }), signal });
    if (answer.status === 202) { const { place } = await answer.json(); if (!signal.aborted) told(place); continue; }
    if (answer.status === 503) { told(-1); await new Promise((done) => setTimeout(done, 2000)); if (signal.aborted) throw new DOMException("", "AbortError"); continue; }
    if (!answer.ok) throw new Refused(((await answer.json().catch(() => ({}))) as any).error ?? answer.statusText);
    return unpack(new Uint8Array(await answer.arrayBuffer()));
  }
}
/** Whether a question was broken off because the page has asked another since. */
export const brokenOff = (fault: unknown): boolean => (fault as Error).name === "AbortError";
export const askPair = (luck: number, told: Told): Promise<Pair> => ask("/api/pair", { luck, changes: state.changes }, told);
export const askPlan = (tokens: Record<string, number>, bitter: boolean, opening: string, told: Told): Promise<{ plan: Mean; alone: Mean }> =>
  ask("/api/plan", { tokens, bitter, opening, changes: state.changes }, told);
export const changed = (): boolean => Object.keys(state.changes).length > 0;
/** Other lucks of a cluster that the room has changed, unless they are there; the scene is told when they come. */
export async function wantLucks(told: Told = () => {}): Promise<void> {
  if (state.lucks || !changed()) return;
  try { state.lucks = await ask("/api/few", { changes: state.changes }, told); dispatchEvent(new Event(NEWS)); }
  catch (fault) { if (!brokenOff(fault)) throw fault; }
}
/** The event by which a scene learns that other lucks have come. */
export const NEWS = "news";
/** The lucks of the cluster as it is, once the server has them; null while it is at it. */
export async function askLucks(): Promise<Lucks | null> {
  const answer = await fetch("/api/lucks");
  if (answer.status === 202) { state.lucksDone = (await answer.json()).done; return null; }
  if (!answer.ok) throw new Refused(answer.statusText);
  return unpack(new Uint8Array(await answer.arrayBuffer()));
}

// Measures as a room reads them: trust and joint action of 100, income as an index whose start is 100.
export function scale(measure: Measure, base = 0): (value: number) => number {
  const first = base || incomeAtStart();
  return measure === "income" ? (v) => (100 * v) / first : (v) => 100 * v;
}
export const incomeAtStart = (): number => state.pair?.arms.without.measures.income.data[0] || 1;
export function lineOf(series: Series, measure: Measure): number[] {
  return Array.from(series.data as ArrayLike<number>, scale(measure));
}
export const lastOfProgramme = (): number => about.programme[1];
/** The month two years after the planned end, or the last one. */
export const afterwards = (): number => Math.min(about.months - 1, about.programme[1] + about.after);
export const yearsOfProgramme = (): number => Math.round((about.programme[1] - about.programme[0] + 1) / YEAR);
/** One luck's line by quarter. */
export function luckLine(side: Side | Ending, luck: number, measure: Measure): number[] {
  const lucks = state.lucks!, grid = lucks.arms[side]!, [, count, width] = grid.shape, m = about.measures.indexOf(measure);
  const low = lucks.low[m], step = (lucks.high[m] - low) / 255, put = scale(measure);
  return Array.from({ length: count }, (_, q) => put(low + step * grid.data[(luck * count + q) * width + m]));
}
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b), at = share * (sorted.length - 1), k = Math.floor(at);
  return sorted[k] + (at - k) * ((sorted[k + 1] ?? sorted[k]) - sorted[k]);
}
/** In how many lucks the side with the programme ends higher, at a month. */
export function wins(measure: Measure, month: number): { wins: number; total: number } {
  const lucks = state.lucks!, q = about.quarters.findIndex((m) => m >= month);
  let better = 0;
  for (let k = 0; k < lucks.count; k++) if (luckLine("with", k, measure)[q] > luckLine("without", k, measure)[q]) better++;
  return { wins: better, total: lucks.count };
}
/** The middle of the lucks at a month. */
export function middle(side: Side | Ending, measure: Measure, month: number): number {
  const lucks = state.lucks!, q = about.quarters.findIndex((m) => m >= month);
  return quantile(Array.from({ length: lucks.count }, (_, k) => luckLine(side, k, measure)[q]), 0.5);
}
