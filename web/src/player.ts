// Time: play, pause, back to the start, and a slider over the months.
import { h } from "./dom";
import { about, state } from "./state";
import { monthOf, t } from "./words";

const RATE = 3; // months a second
export class Player {
  readonly node: HTMLElement;
  private slider: HTMLInputElement;
  private button: HTMLButtonElement;
  private date = h("output", { class: "date" });
  constructor() {
    this.button = h("button", { class: "primary play", onclick: () => this.toggle() });
    this.slider = h("input", { type: "range", min: "0", max: String(about.months - 1), step: "1", dir: "ltr", "aria-label": t("time"), oninput: () => { state.playing = false; state.month = Number(this.slider.value); this.sync(); } });
    this.node = h("div", { class: "player" }, this.button, h("button", { onclick: () => { state.month = 0; state.playing = false; this.sync(); } }, t("again")), this.slider, this.date);
    this.sync();
  }
  toggle(): void {
    if (!state.playing && state.month >= about.months - 1) state.month = 0;
    state.playing = !state.playing; this.sync();
  }
  /** Let time pass by so many seconds. */
  tick(seconds: number): void {
    if (!state.playing) return;
    const before = Math.floor(state.month);
    state.month = Math.min(about.months - 1, state.month + RATE * seconds);
    if (state.month >= about.months - 1) state.playing = false;
    if (before !== Math.floor(state.month) || !state.playing) this.sync();
  }
  sync(): void {
    const m = Math.floor(state.month), date = t("month_of", { date: monthOf(about.start, m), n: m + 1 });
    this.button.textContent = t(state.playing ? "pause" : "play");
    this.slider.value = String(m); this.slider.setAttribute("aria-valuetext", date);
    this.date.textContent = date;
  }
}
