// The map of a cluster on a canvas: firms where they live, who is visited, who acts together, all month by month.
import { h } from "./dom";
import { ACTED, ACTS_NOW, ALIVE, about, NO_TIE, state, VISITED, YEAR, type Arm, type Side } from "./state";
import { INK, MARKS, TRUST_STEPS, trustColour, trustSize } from "./style_marks";
import { monthOf, t } from "./words";

const LEVELS = 36; // sprites from trust 0 to 70 and over

/** Order of each value among all, from 0 to 1: east stays east of west, and the middle of town is not too crowded to see. */
function ranks(values: ArrayLike<number>): Float32Array {
  const order = Array.from(values, (v, k) => [v, k] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]), found = new Float32Array(values.length);
  order.forEach(([, k], rank) => { found[k] = rank / Math.max(1, values.length - 1); });
  return found;
}

/** Places of the firms in a box of height 1, moved apart until no two lie on top of each other. */
export function spread(arm: Arm, aspect: number): Float32Array {
  const rows = arm.place.x.data.length, at = new Float32Array(2 * rows), east = ranks(arm.place.x.data), south = ranks(arm.place.y.data);
  const gap = 0.86 * Math.sqrt(aspect / rows);
  for (let i = 0; i < rows; i++) { at[2 * i] = east[i] * aspect; at[2 * i + 1] = south[i]; }
  for (let round = 0; round < 60; round++) {
    for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) {
      const dx = at[2 * j] - at[2 * i], dy = at[2 * j + 1] - at[2 * i + 1], d2 = dx * dx + dy * dy;
      if (d2 >= gap * gap) continue;
      const d = Math.sqrt(d2) || 1e-6, push = (0.5 * (gap - d)) / d;
      at[2 * i] -= dx * push; at[2 * i + 1] -= dy * push; at[2 * j] += dx * push; at[2 * j + 1] += dy * push;
    }
    for (let i = 0; i < rows; i++) {
      at[2 * i] = Math.min(aspect, Math.max(0, at[2 * i])); at[2 * i + 1] = Math.min(1, Math.max(0, at[2 * i + 1]));
    }
  }
  return at;
}

export interface MapCounts { open: number; trust: number; acted: number; classes: number[] }

export class ClusterMap {
  readonly node: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  private pen: CanvasRenderingContext2D;
  private ground = document.createElement("canvas");
  private sprites: HTMLCanvasElement[] = [];
  private at = new Float32Array(0);
  private width = 0; private height = 0; private ratio = 1; private radius = 8; private drawn = "";
  private told = -1;
  constructor(private arm: Arm, private side: Side, private pick?: (firm: number) => void, private before = false) {
    this.canvas = h("canvas", { tabindex: pick ? "0" : null, role: "img", "aria-label": "" });
    this.node = h("div", { class: "map", dir: "ltr" }, this.canvas);
    this.pen = this.canvas.getContext("2d")!;
    if (pick) {
      this.canvas.addEventListener("click", (e) => { const i = this.firmAt(e.offsetX, e.offsetY); if (i >= 0) pick(i); });
      this.canvas.addEventListener("keydown", (e) => this.walk(e));
    }
    new ResizeObserver(() => this.fit()).observe(this.node);
  }
  private fit(): void {
    const box = this.node.getBoundingClientRect();
    if (box.width < 20 || box.height < 20) return;
    this.ratio = Math.min(2, devicePixelRatio || 1); this.width = box.width; this.height = box.height;
    for (const c of [this.canvas, this.ground]) { c.width = Math.round(box.width * this.ratio); c.height = Math.round(box.height * this.ratio); }
    const top = Math.max(70, 0.15 * this.height), pad = 26, w = this.width - 2 * pad, tall = this.height - top - pad;
    const rows = this.arm.place.x.data.length, places = spread(this.arm, w / tall);
    this.radius = Math.max(3.5, Math.min(21, 0.40 * Math.sqrt((w * tall) / rows)));
    this.at = places.map((v, k) => (k % 2 ? top + v * tall : pad + v * tall));
    this.sprites = Array.from({ length: LEVELS }, (_, k) => this.sprite((70 * k) / (LEVELS - 1)));
    this.drawGround(); this.drawn = ""; this.draw(state.month);
  }
  private sprite(trust: number): HTMLCanvasElement {
    const c = document.createElement("canvas"), r = this.radius * trustSize(trust), size = Math.ceil(2 * (r + 2) * this.ratio);
    c.width = c.height = size;
    const pen = c.getContext("2d")!;
    pen.scale(this.ratio, this.ratio); pen.translate(size / this.ratio / 2, size / this.ratio / 2);
    pen.beginPath(); pen.arc(0, 0, r, 0, 7); pen.fillStyle = trustColour(trust); pen.fill();
    pen.lineWidth = 1.2; pen.strokeStyle = "#33415c"; pen.stroke();
    return c;
  }
  private drawGround(): void {
    const pen = this.ground.getContext("2d")!, { from, to } = this.arm.ties;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    pen.strokeStyle = "rgba(27,35,51,.10)"; pen.lineWidth = 1; pen.beginPath();
    for (let k = 0; k < from.data.length; k++) {
      const i = from.data[k], j = to.data[k];
      if (i < j) { pen.moveTo(this.at[2 * i], this.at[2 * i + 1]); pen.lineTo(this.at[2 * j], this.at[2 * j + 1]); }
    }
    pen.stroke();
    const y = Math.max(34, 0.07 * this.height), size = Math.max(11, Math.min(17, this.radius));
    pen.fillStyle = "#e9e2d3"; pen.strokeStyle = INK; pen.lineWidth = 2;
    for (let k = 0; k < Math.min(4, this.arm.place.banks); k++) { const x = this.width - 30 - 2 * size - (Math.min(4, this.arm.place.providers) + k) * 3 * size; pen.beginPath(); pen.rect(x, y - size, 2 * size, 2 * size); pen.fill(); pen.stroke(); }
    for (let k = 0; k < Math.min(4, this.arm.place.providers); k++) {
      const x = this.width - 30 - size - k * 3 * size;
      pen.beginPath(); pen.moveTo(x - size, y + size); pen.lineTo(x + size, y + size); pen.lineTo(x, y - size); pen.closePath(); pen.fill(); pen.stroke();
    }
  }
  /** Draw the cluster at a time in months; between two months trust moves evenly. */
  draw(time: number): void {
    if (!this.width) return;
    const months = this.arm.trust.shape[0], m = Math.max(0, Math.min(months - 1, Math.floor(time))), f = state.still ? 0 : Math.min(1, Math.max(0, time - m));
    const key = `${time} ${state.firm} ${this.width}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const pen = this.pen, rows = this.arm.trust.shape[1], next = Math.min(months - 1, m + 1);
    const trust = this.arm.trust.data, bits = this.arm.state.data, at = this.at, r = this.radius, q = this.ratio;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.drawImage(this.ground, 0, 0);
    if (this.side === "with") this.drawBroker(m, f);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    for (let i = 0; i < rows; i++) {
      if (!(bits[m * rows + i] & ALIVE)) continue;
      const level = trust[m * rows + i] * (1 - f) + trust[next * rows + i] * f;
      const sprite = this.sprites[Math.min(LEVELS - 1, Math.round((level / 70) * (LEVELS - 1)))];
      pen.drawImage(sprite, Math.round(at[2 * i] * q - sprite.width / 2), Math.round(at[2 * i + 1] * q - sprite.height / 2));
    }
    pen.setTransform(q, 0, 0, q, 0, 0);
    pen.beginPath();
    for (let i = 0; i < rows; i++) if (!(bits[m * rows + i] & ALIVE)) { pen.moveTo(at[2 * i] + 0.3 * r, at[2 * i + 1]); pen.arc(at[2 * i], at[2 * i + 1], 0.3 * r, 0, 7); }
    pen.setLineDash([2, 2]); pen.lineWidth = 1; pen.strokeStyle = "#6b7488"; pen.stroke(); pen.setLineDash([]);
    this.rings(m, ACTED, r + 2.5, 2.5);
    if (!state.still) this.rings(m, ACTS_NOW, r + 3 + 6 * f, 3.5 * (1 - f) + 0.5);
    if (state.firm >= 0 && this.pick) this.drawChosen(m);
    if (!state.playing || this.told < 0) this.tell(m);
  }
  private rings(m: number, bit: number, radius: number, width: number): void {
    const pen = this.pen, rows = this.arm.trust.shape[1], bits = this.arm.state.data;
    pen.beginPath();
    for (let i = 0; i < rows; i++) if (bits[m * rows + i] & bit) { const x = this.at[2 * i], y = this.at[2 * i + 1]; pen.moveTo(x + radius, y); pen.arc(x, y, radius, 0, 7); }
    pen.lineWidth = width; pen.strokeStyle = MARKS.without.colour; pen.stroke();
  }
  private drawBroker(m: number, f: number): void {
    if (m < about.programme[0] || m > about.programme[1]) return;
    const pen = this.pen, rows = this.arm.trust.shape[1], bits = this.arm.state.data, x = this.width / 2, y = Math.max(34, 0.07 * this.height);
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.beginPath();
    for (let i = 0; i < rows && !this.before; i++) if (bits[m * rows + i] & VISITED) { pen.moveTo(x, y); pen.lineTo(this.at[2 * i], this.at[2 * i + 1]); }
    pen.lineWidth = 1.6; pen.strokeStyle = `rgba(91,58,140,${state.still ? 0.35 : 0.5 * (1 - f) + 0.06})`; pen.stroke();
    const size = Math.max(16, Math.min(26, 1.3 * this.radius));
    pen.beginPath(); pen.moveTo(x, y - size); pen.lineTo(x + size, y); pen.lineTo(x, y + size); pen.lineTo(x - size, y); pen.closePath();
    pen.fillStyle = MARKS.third.colour; pen.fill(); pen.lineWidth = 2.5; pen.strokeStyle = "#fff"; pen.stroke();
  }
  private drawChosen(m: number): void {
    const pen = this.pen, i = state.firm, { from, to, trust } = this.arm.ties, x = this.at[2 * i], y = this.at[2 * i + 1], rows = from.data.length;
    const year = Math.min(trust.shape[0] - 1, Math.floor(m / YEAR));
    pen.lineCap = "round";
    for (let k = 0; k < rows; k++) {
      const level = trust.data[year * rows + k];
      if (from.data[k] !== i || level === NO_TIE) continue;
      const j = to.data[k];
      pen.beginPath(); pen.moveTo(x, y); pen.lineTo(this.at[2 * j], this.at[2 * j + 1]);
      pen.lineWidth = 1.5 + level / 10; pen.strokeStyle = "rgba(20,85,156,.55)"; pen.stroke();
    }
    pen.beginPath(); pen.arc(x, y, this.radius + 7, 0, 7); pen.lineWidth = 4; pen.strokeStyle = INK; pen.stroke();
    pen.font = `700 ${Math.max(15, this.radius)}px system-ui, sans-serif`; pen.textAlign = "center"; pen.textBaseline = "middle";
    const label = t("firm", { n: i + 1 }), w = pen.measureText(label).width + 16, up = y - this.radius - 26 < 10 ? y + this.radius + 26 : y - this.radius - 26;
    const cx = Math.min(this.width - w / 2 - 4, Math.max(w / 2 + 4, x));
    pen.fillStyle = INK; pen.fillRect(cx - w / 2, up - 14, w, 28); pen.fillStyle = "#fff"; pen.fillText(label, cx, up + 1);
  }
  counts(month = Math.floor(state.month)): MapCounts {
    const rows = this.arm.trust.shape[1], m = Math.max(0, Math.min(this.arm.trust.shape[0] - 1, month)), found: MapCounts = { open: 0, trust: 0, acted: 0, classes: [0, 0, 0, 0] };
    for (let i = 0; i < rows; i++) {
      const b = this.arm.state.data[m * rows + i], level = this.arm.trust.data[m * rows + i];
      if (!(b & ALIVE)) continue;
      found.open++; found.trust += level; if (b & ACTED) found.acted++;
      let c = 0; while (c < 3 && level >= TRUST_STEPS[c + 1]) c++;
      found.classes[c]++;
    }
    found.trust /= Math.max(1, found.open);
    return found;
  }
  /** The map in words, for who cannot see it. */
  tell(m = Math.floor(state.month)): void {
    if (m === this.told) return;
    this.told = m;
    const c = this.counts(m);
    this.canvas.setAttribute("aria-label", t("map_text", { date: monthOf(about.start, m), firms: c.open, trust: c.trust, acted: c.acted }));
  }
  private firmAt(x: number, y: number): number {
    let best = -1, least = (1.6 * this.radius + 8) ** 2;
    for (let i = 0; i < this.at.length / 2; i++) { const d = (this.at[2 * i] - x) ** 2 + (this.at[2 * i + 1] - y) ** 2; if (d < least) { least = d; best = i; } }
    return best;
  }
  private walk(e: KeyboardEvent): void {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (!way) return;
    e.preventDefault(); e.stopPropagation();
    const i = Math.max(0, state.firm), x = this.at[2 * i], y = this.at[2 * i + 1];
    let best = i, least = Infinity;
    for (let j = 0; j < this.at.length / 2; j++) {
      const dx = this.at[2 * j] - x, dy = this.at[2 * j + 1] - y, along = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (j === i || along <= 1 || aside > 1.6 * along) continue;
      if (along + 2 * aside < least) { least = along + 2 * aside; best = j; }
    }
    if (state.firm < 0) best = i;
    this.pick?.(best);
  }
}
