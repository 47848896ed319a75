// A line chart as SVG: time left to right in every language, lines named at their ends, a table of the same numbers beside it.
import { clear, h, s } from "./dom";
import { about, YEAR } from "./state";
import type { Mark } from "./style_marks";
import { n, rightToLeft, t, yearOf } from "./words";

export interface Line { label: string; mark: Mark; xs?: number[]; ys: number[]; thin?: boolean }
export interface Band { mark: Mark; xs: number[]; low: number[]; high: number[] }
export interface Handle { label: string; mark: Mark; value: number; month: number; move?: (value: number) => void }
export interface Picture {
  title: string; lines: Line[]; bands?: Band[]; faint?: Line[]; handles?: Handle[]; upTo?: number; top: number;
  flags?: { month: number; label: string }[]; whiskers?: { mark: Mark; low: number; high: number }[];
}

export function niceTop(value: number): number {
  for (const top of [30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500]) if (value <= top) return top;
  return Math.ceil(value / 500) * 500;
}

export class Chart {
  readonly node: HTMLElement;
  private title = h("figcaption", {});
  private holder = h("div", { class: "plot", dir: "ltr" });
  private side = h("div", { class: "beside", tabindex: "0" });
  private picture: Picture | null = null;
  private size = { w: 0, h: 0, rem: 16 };
  private paths: { node: SVGElement; line: Line; label: SVGElement; dot: SVGElement }[] = [];
  private frame = { left: 0, right: 0, top: 0, bottom: 0 };
  private held = -1;
  constructor() {
    this.node = h("figure", { class: "chart" }, this.title, this.holder, this.side);
    new ResizeObserver(() => { if (this.picture) this.render(); }).observe(this.holder);
  }
  show(picture: Picture): void { this.picture = picture; this.title.textContent = picture.title; this.render(); this.renderTable(); }
  private x(month: number): number { return this.frame.left + (this.size.w - this.frame.left - this.frame.right) * (month / Math.max(1, about.months - 1)); }
  private y(value: number): number { return this.size.h - this.frame.bottom - (this.size.h - this.frame.top - this.frame.bottom) * (value / this.picture!.top); }
  private path(xs: number[], ys: number[], upTo = Infinity): string {
    let d = "";
    for (let k = 0; k < xs.length; k++) { if (xs[k] > upTo) break; d += `${d ? "L" : "M"}${this.x(xs[k]).toFixed(1)} ${this.y(ys[k]).toFixed(1)}`; }
    return d;
  }
  private months(line: Line): number[] { return line.xs ?? line.ys.map((_, k) => k); }
  private render(): void {
    const p = this.picture!, box = this.holder.getBoundingClientRect(), held = this.held; // blur forgets it
    if (box.width < 40 || box.height < 40) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.size = { w: box.width, h: box.height, rem };
    const widest = Math.max(0, ...p.lines.filter((l) => l.label).map((l) => l.label.length));
    this.frame = { left: 3.1 * rem, right: Math.min(0.34 * box.width, (3.4 + 0.62 * widest) * rem), top: 1.6 * rem, bottom: 2.2 * rem };
    const svg = s("svg", { width: box.width, height: box.height, viewBox: `0 0 ${box.width} ${box.height}`, role: "img", "aria-label": this.summary() });
    this.axes(svg);
    for (const band of p.bands ?? []) {
      const d = this.path(band.xs, band.high) + this.path([...band.xs].reverse(), [...band.low].reverse()).replace("M", "L") + "Z";
      svg.append(s("path", { d, class: "band", fill: band.mark.colour }));
    }
    for (const line of p.faint ?? []) svg.append(s("path", { d: this.path(this.months(line), line.ys), class: "faint", stroke: line.mark.colour }));
    this.paths = p.lines.map((line) => {
      const node = s("path", { class: "line", stroke: line.mark.colour, "stroke-width": (line.mark.width * rem) / 20, "stroke-dasharray": line.mark.dash });
      const label = s("text", { class: "name", fill: line.mark.colour }), dot = s("circle", { r: 0.3 * rem, fill: line.mark.colour });
      svg.append(node, dot, label);
      return { node, line, label, dot };
    });
    for (const [k, w] of (p.whiskers ?? []).entries()) {
      const x = this.x(about.months - 1) - 0.35 * k * rem;
      svg.append(s("line", { x1: x, x2: x, y1: this.y(w.low), y2: this.y(w.high), class: "whisker", stroke: w.mark.colour }));
    }
    (p.handles ?? []).forEach((handle, k) => svg.append(this.handle(handle, k)));
    clear(this.holder); this.holder.append(svg);
    this.advance(p.upTo ?? Infinity);
    if (held >= 0) { (svg.querySelectorAll<SVGElement>(".handle")[held])?.focus(); this.held = held; }
  }
  private axes(svg: SVGElement): void {
    const p = this.picture!, { w, h: tall, rem } = this.size, { left, right, top, bottom } = this.frame;
    const steps = p.top / (p.top <= 60 ? 10 : p.top <= 120 ? 20 : p.top <= 250 ? 50 : p.top / 5), years = Math.ceil(about.months / YEAR), every = Math.ceil((years * 3.4 * rem) / (w - left - right));
    for (let k = 0; k <= steps; k++) {
      const value = (p.top * k) / steps, y = this.y(value);
      svg.append(s("line", { x1: left, x2: w - right, y1: y, y2: y, class: k ? "grid" : "axis" }), s("text", { x: left - 0.5 * rem, y: y + 0.3 * rem, class: "tick", "text-anchor": "end" }, n(value)));
    }
    for (let k = 0; k < years; k += every) {
      const x = this.x(k * YEAR);
      svg.append(s("line", { x1: x, x2: x, y1: tall - bottom, y2: tall - bottom + 0.4 * rem, class: "axis" }), s("text", { x, y: tall - 0.6 * rem, class: "tick", "text-anchor": "middle" }, yearOf(about.start, k * YEAR)));
    }
    for (const flag of p.flags ?? []) {
      const x = this.x(flag.month), late = x > 0.6 * w;
      svg.append(s("line", { x1: x, x2: x, y1: top, y2: tall - bottom, class: "flag" }),
        s("text", { x: x + (late ? -0.4 : 0.4) * rem, y: top - 0.35 * rem, class: "tick", "text-anchor": late ? "end" : "start" }, flag.label));
    }
  }
  /** Show the lines up to a month, with their names at the end, none on top of another. */
  advance(upTo: number): void {
    const rem = this.size.rem, ends: { k: number; y: number; x: number }[] = [];
    this.paths.forEach(({ node, line, label, dot }, k) => {
      const xs = this.months(line);
      node.setAttribute("d", this.path(xs, line.ys, upTo));
      let last = 0; while (last + 1 < xs.length && xs[last + 1] <= upTo) last++;
      const x = this.x(xs[last]), y = this.y(line.ys[last]);
      dot.setAttribute("cx", String(x)); dot.setAttribute("cy", String(y));
      label.textContent = line.label ? `${line.label} ${n(line.ys[last])}` : "";
      if (line.label) ends.push({ k, x, y });
    });
    const axis = this.size.h - this.frame.bottom;
    for (const end of ends) if (end.x < this.size.w - this.frame.right - rem) end.y = Math.min(end.y, axis - 0.8 * rem); // not on the axis, that goes on beyond
    ends.sort((a, b) => a.y - b.y);
    for (let k = 1; k < ends.length; k++) ends[k].y = Math.max(ends[k].y, ends[k - 1].y + 1.25 * rem);
    const over = ends.length ? ends[ends.length - 1].y - axis : 0;
    if (over > 0) for (let k = ends.length - 1, limit = axis; k >= 0; k--) { ends[k].y = Math.min(ends[k].y, limit); limit = ends[k].y - 1.25 * rem; }
    for (const end of ends) { const label = this.paths[end.k].label; label.setAttribute("x", String(end.x + 0.6 * rem)); label.setAttribute("y", String(end.y + 0.33 * rem)); }
  }
  private handle(handle: Handle, k: number): SVGElement {
    const x = this.x(handle.month), y = this.y(handle.value), { rem, w } = this.size, left = !handle.move || x > 0.62 * w; // a stamp leaves the right to the names of the lines
    const shape = k === 0 ? s("circle", { cx: x, cy: y, r: 0.75 * rem, fill: handle.mark.colour }) : s("rect", { x: x - 0.68 * rem, y: y - 0.68 * rem, width: 1.36 * rem, height: 1.36 * rem, fill: handle.mark.colour });
    const other = this.picture!.handles![1 - k], near = other && Math.abs(this.y(other.value) - y) < 1.4 * rem;
    const up = near ? (handle.value >= other.value && (k === 0 || handle.value !== other.value) ? -0.9 : 0.9) : 0;
    const lowest = this.size.h - this.frame.bottom - (up < 0 ? 1.8 : 0.5) * rem; // above the axis, and the upper of two above the lower
    const text = s("text", { x: x + (left ? -1.2 : 1.2) * rem, y: Math.min(y + (0.35 + up) * rem, lowest), class: "name", fill: handle.mark.colour, "text-anchor": left ? "end" : "start" }, `${handle.label}: ${n(handle.value)}`);
    const group = s("g", { class: handle.move ? "handle" : "stamp" }, s("circle", { cx: x, cy: y, r: 1.6 * rem, class: "grip" }), shape, text);
    const move = handle.move;
    if (!move) return group;
    for (const [name, value] of Object.entries({ role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-label": handle.label, "aria-valuemin": "0", "aria-valuemax": String(this.picture!.top), "aria-valuenow": String(Math.round(handle.value)), "aria-valuetext": n(handle.value) })) group.setAttribute(name, value);
    const set = (value: number) => move(Math.round(Math.max(0, Math.min(this.picture!.top, value))));
    group.addEventListener("keydown", (event) => {
      const e = event as KeyboardEvent, way = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
      if (way === undefined) return;
      e.preventDefault(); e.stopPropagation(); this.held = k; set(handle.value + way);
    });
    group.addEventListener("blur", () => { this.held = -1; });
    group.addEventListener("pointerdown", (event) => {
      event.preventDefault(); this.held = k;
      const box = this.holder.getBoundingClientRect(), tall = this.size.h - this.frame.top - this.frame.bottom;
      const drag = (e: PointerEvent) => set(((this.size.h - this.frame.bottom - (e.clientY - box.top)) / tall) * this.picture!.top);
      const drop = () => { removeEventListener("pointermove", drag); removeEventListener("pointerup", drop); };
      addEventListener("pointermove", drag); addEventListener("pointerup", drop);
    });
    return group;
  }
  private at(line: Line, month: number): number { const xs = this.months(line); let k = 0; while (k + 1 < xs.length && xs[k + 1] <= month) k++; return line.ys[k]; }
  /** The chart in one sentence, for who cannot see it. */
  private summary(): string {
    const p = this.picture!, end = Math.min(p.upTo ?? Infinity, about.months - 1);
    return [p.title, ...p.lines.filter((l) => l.label).map((l) => `${l.label}: ${n(l.ys[0])} → ${n(this.at(l, end))}`)].join(". ");
  }
  private renderTable(): void {
    const p = this.picture!, lines = p.lines.filter((l) => l.label), end = p.upTo ?? Infinity;
    clear(this.side);
    if (!lines.length) return;
    const years = Array.from({ length: Math.ceil(about.months / YEAR) }, (_, k) => Math.min(about.months - 1, k * YEAR + YEAR - 1)).filter((m) => m <= end);
    this.side.append(h("table", { dir: rightToLeft() ? "rtl" : "ltr" }, h("caption", {}, p.title),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("year")), lines.map((l) => h("th", { scope: "col" }, l.label)))),
      h("tbody", {}, years.map((m) => h("tr", {}, h("th", { scope: "row" }, yearOf(about.start, m)), lines.map((l) => h("td", {}, n(this.at(l, m)))))))));
  }
}
export function stroke(mark: Mark): SVGElement {
  return s("svg", { width: "3em", height: "0.8em", viewBox: "0 0 60 16", "aria-hidden": "true" }, s("line", { x1: 2, x2: 58, y1: 8, y2: 8, stroke: mark.colour, "stroke-width": mark.width, "stroke-dasharray": mark.dash }));
}
