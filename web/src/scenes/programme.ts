// Scene 7: each table of the room spends its tokens; the plans are run, or the nearest that was run before is shown.
import { Chart, stroke } from "../chart";
import { clear, h } from "../dom";
import { about, askPlan, brokenOff, MEASURES, scale, state, type Mean, type Measure } from "../state";
import { type Mark, MARKS, TABLES } from "../style_marks";
import { monthOf, n, t } from "../words";
import { endFlag, measures, type Scene, titleOf, topOf, waiting } from "./shared";

interface Plan { tokens: Record<string, number>; found: Mean | null; note: string }
const STEP = 5, MOST = TABLES.length;
const room = { plans: [] as Plan[], bitter: false, opening: "owners", alone: null as Mean | null };

const total = (tokens: Record<string, number>): number => Object.values(tokens).reduce((a, b) => a + b, 0);
const planText = (tokens: Record<string, number>): string => about.heaps.filter((heap) => tokens[heap]).map((heap) => `${t(`h_${heap}`)} ${n(tokens[heap])}`).join(", ");

function newPlan(): Plan {
  const first = room.plans.length % 2 === 0, tokens: Record<string, number> = {};
  about.heaps.forEach((heap) => { tokens[heap] = 0; });
  if (first) tokens[about.heaps[0]] = about.tokens; else { tokens[about.heaps[0]] = 50; tokens[about.heaps[1]] = 50; }
  return { tokens, found: null, note: "" };
}

/** The plan nearest to this one among those a file carries: fewest tokens to move. */
function nearest(plan: Plan): { found: Mean; note: string } {
  const plans = state.plans!, start = room.bitter ? "bitter" : "own";
  let best = 0, least = Infinity;
  plans.known.forEach((known, k) => {
    if (known.start !== start || known.opening !== room.opening) return;
    const far = about.heaps.reduce((sum, heap) => sum + Math.abs((plan.tokens[heap] ?? 0) - (known.tokens[heap] ?? 0)), 0);
    if (far < least) { least = far; best = k; }
  });
  return { found: plans.lines[best], note: least ? t("nearest", { plan: planText(plans.known[best].tokens) }) : t("plan_exact") };
}

type Scored = [string, Mark, Mean];
/** What each plan came to at the end of the lines, and what it took: no single number says which was best. */
function score(plans: Scored[]): HTMLElement {
  const last = (mean: Mean, name: string) => { const [count, width] = mean.mean.shape; return mean.mean.data[(count - 1) * width + [...about.measures, ...about.told].indexOf(name)]; };
  return h("table", { class: "score" }, h("caption", {}, t("score", { date: monthOf(about.start, about.months - 1) })),
    h("thead", {}, h("tr", {}, h("td"), [...MEASURES, ...about.told].map((name) => h("th", { scope: "col" }, t(`m_${name}`))))),
    h("tbody", {}, plans.map(([label, mark, mean]) => h("tr", {}, h("th", { scope: "row" }, stroke(mark), label),
      MEASURES.map((m) => h("td", {}, n(scale(m)(last(mean, m))))), about.told.map((name) => h("td", {}, n(last(mean, name))))))));
}

export function programme(): Scene {
  if (!room.plans.length) for (let k = 0; k < 2; k++) room.plans.push(newPlan());
  const chart = new Chart(), tables = h("div", { class: "tables" }), result = h("div", { class: "result", tabindex: "0" }), said = h("p", { class: "note", role: "status" });
  const line = (mean: Mean, measure: Measure) => {
    const [count, width] = mean.mean.shape, m = about.measures.indexOf(measure), put = scale(measure);
    return { xs: about.quarters, ys: Array.from({ length: count }, (_, q) => put(mean.mean.data[q * width + m])), low: put(mean.ends.data[m]), high: put(mean.ends.data[width + m]) };
  };
  const draw = () => {
    const measure = state.measure, ran = room.plans.map((plan, k) => ({ plan, k })).filter(({ plan }) => plan.found);
    const lines = ran.map(({ plan, k }) => ({ label: t("table_n", { n: k + 1 }), mark: TABLES[k], ...line(plan.found!, measure) }));
    const alone = room.alone ? [{ label: t("alone"), mark: MARKS.without, ...line(room.alone, measure) }] : [];
    const all = [...lines, ...alone];
    chart.show({ title: titleOf(measure), lines: all, whiskers: lines.map((l) => ({ mark: l.mark, low: l.low, high: l.high })), flags: endFlag(), top: topOf(measure, ...all.flatMap((l) => [...l.ys, l.high])) });
    result.replaceChildren(h("p", {}, all.length ? t("plan_lucks", { n: about.few }) : ""), ...ran.map(({ plan, k }) => plan.note ? h("p", { class: "note" }, h("b", {}, t("table_n", { n: k + 1 })), ": ", plan.note) : "").filter(Boolean) as Node[]);
    if (all.length) result.prepend(score([...ran.map(({ plan, k }): Scored => [t("table_n", { n: k + 1 }), TABLES[k], plan.found!]), [t("alone"), MARKS.without, room.alone!]]));
  };
  const lay = () => {
    clear(tables);
    room.plans.forEach((plan, k) => {
      const left = about.tokens - total(plan.tokens);
      const step = (heap: string, by: number) => { plan.tokens[heap] = Math.max(0, Math.min(about.tokens, (plan.tokens[heap] ?? 0) + by)); plan.found = null; plan.note = ""; const focus = `${k}-${heap}-${by > 0 ? "more" : "less"}`; lay(); draw(); document.getElementById(focus)?.focus(); };
      tables.append(h("fieldset", {}, h("legend", {}, h("span", { class: `badge b${k}` }, t("table_n", { n: k + 1 })), " ", h("span", { class: left < 0 ? "over" : "left" }, left < 0 ? t("too_many", { n: -left }) : t("left", { n: left }))),
        about.heaps.map((heap) => h("div", { class: "heap", title: t(`hl_${heap}`) }, h("span", { class: "what" }, t(`h_${heap}`)),
          h("button", { id: `${k}-${heap}-less`, "aria-label": `${t(`h_${heap}`)} −${STEP}`, onclick: () => step(heap, -STEP) }, "−"), h("output", {}, n(plan.tokens[heap] ?? 0)),
          h("button", { id: `${k}-${heap}-more`, "aria-label": `${t(`h_${heap}`)} +${STEP}`, onclick: () => step(heap, STEP) }, "+"))),
        room.plans.length > 1 ? h("button", { class: "small", onclick: () => { room.plans.splice(k, 1); lay(); draw(); } }, t("take_away")) : null));
    });
    if (room.plans.length < MOST) tables.append(h("button", { class: "adds", onclick: () => { room.plans.push(newPlan()); lay(); } }, t("add_table")));
  };
  const run = async () => {
    if (room.plans.some((plan) => total(plan.tokens) > about.tokens)) { said.textContent = t("failed", { reason: t("too_many", { n: Math.max(...room.plans.map((p) => total(p.tokens))) - about.tokens }) }); return; }
    said.textContent = t("busy");
    try {
      if (about.live) {
        for (const plan of room.plans) { // one after another: a page has one place in the line
          const answer = await askPlan(plan.tokens, room.bitter, room.opening, waiting(said));
          plan.found = answer.plan; plan.note = ""; room.alone = answer.alone; draw();
        }
      } else {
        room.plans.forEach((plan) => Object.assign(plan, nearest(plan)));
        room.alone = state.plans!.alone[room.bitter ? "bitter" : "own"];
      }
      said.textContent = "";
    } catch (fault) { if (!brokenOff(fault)) said.textContent = t("failed", { reason: (fault as Error).message }); }
    draw();
  };
  const forget = () => { room.plans.forEach((plan) => { plan.found = null; plan.note = ""; }); room.alone = null; draw(); };
  const select = (label: string, options: [string, string][], now: string, set: (value: string) => void) =>
    h("label", {}, h("span", {}, label), h("select", { onchange: (e: Event) => { set((e.target as HTMLSelectElement).value); forget(); } }, options.map(([value, text]) => h("option", { value, selected: value === now }, text))));
  const firstStep = () => about.bitter >= 0.5 || room.bitter;
  const steps = h("div", {});
  const laySteps = () => steps.replaceChildren(firstStep() ? select(t("opening"), about.openings.map((o) => [o, t(`o_${o}`)]), room.opening, (v) => { room.opening = v; }) : "");
  const controls = h("div", { class: "row starts" }, about.bitter >= 0.5 ? null : select(t("start_from"), [["own", t("start_own")], ["bitter", t("start_bitter")]], room.bitter ? "bitter" : "own", (v) => { room.bitter = v === "bitter"; if (!room.bitter) room.opening = "owners"; laySteps(); }),
    steps, h("button", { class: "primary", onclick: () => void run() }, t("run_plans")), said);
  lay(); laySteps(); draw();
  return { node: h("section", { class: "scene plans" }, h("div", { class: "spend" }, h("p", { class: "lead" }, t("s7_lead", { tokens: about.tokens, price: about.token_price })),
    h("dl", { class: "buys" }, about.heaps.flatMap((heap) => [h("dt", {}, t(`h_${heap}`)), h("dd", {}, t(`hl_${heap}`))])), tables), h("div", { class: "show" }, controls, measures(draw), chart.node, result)) };
}
