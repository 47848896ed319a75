// The presenter's own window: what to say, to ask, and what the model shows; it follows the room's page and can lead it.
import { h } from "./dom";
import { about, afterwards, ENDINGS, lastOfProgramme, lineOf, middle, state, wins, yearsOfProgramme } from "./state";
import { t } from "./words";

type Said = { kind: "here"; scene: number; language: string } | { kind: "go"; scene: number } | { kind: "ready" };

/** The page of the room: opens the second window and keeps it told. */
export class Desk {
  private other: Window | null = null;
  constructor(private go: (scene: number) => void) {
    addEventListener("message", (e) => {
      if (e.source !== this.other || !this.other) return;
      const said = e.data as Said;
      if (said?.kind === "ready") this.tell();
      if (said?.kind === "go" && Number.isInteger(said.scene) && said.scene >= 0 && said.scene <= 8) this.go(said.scene);
    });
  }
  open(): boolean {
    this.other = window.open(location.href.split("#")[0] + "#presenter", "presenter", "width=900,height=900");
    return this.other !== null;
  }
  tell(language = document.documentElement.lang): void {
    this.other?.postMessage({ kind: "here", scene: state.scene, language } satisfies Said, location.origin === "null" || location.protocol === "file:" ? "*" : location.origin);
  }
}

/** The second window. */
export function present(root: HTMLElement, speak: (language: string) => void): void {
  const began = Date.now(), clock = h("output", { class: "clock" });
  let scene = 0;
  const post = (said: Said) => (window.opener as Window | null)?.postMessage(said, location.protocol === "file:" ? "*" : location.origin);
  const go = (to: number) => { scene = Math.max(0, Math.min(7, to)); post({ kind: "go", scene }); draw(); };
  const draw = () => {
    const k = Math.min(7, scene), [short, long] = about.minutes[k], part = (label: string, key: string) => [h("h2", {}, t(label)), h("p", {}, t(key, key === "p3_ask" ? { n: yearsOfProgramme() } : answers()))];
    root.replaceChildren(h("main", { class: "presenter" }, h("p", { class: "row" }, t("t_elapsed"), " ", clock), h("h1", {}, `${k + 1}. ${t(`s${k + 1}`)}`), h("p", { class: "note" }, t("t_minutes", { short, long })),
      part("t_say", `p${k + 1}_say`), part("t_ask", `p${k + 1}_ask`), part("t_answer", `p${k + 1}_answer`),
      h("div", { class: "row" }, h("button", { onclick: () => go(scene - 1), disabled: k === 0 }, t("back")), h("button", { class: "primary", onclick: () => go(scene + 1), disabled: k === 7 }, t("next")))));
  };
  addEventListener("message", (e) => { if (e.source !== window.opener) return; const said = e.data as Said; if (said?.kind === "here") { scene = said.scene; speak(said.language); draw(); } });
  setInterval(() => { const s = Math.floor((Date.now() - began) / 1000); clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; }, 500);
  draw(); post({ kind: "ready" });
}

/** The numbers that the notes speak of. */
function answers(): Record<string, string | number> {
  const arms = state.pair!.arms, at = lastOfProgramme(), after = afterwards();
  const value = (side: "with" | "without", m: "trust" | "joint_action", month: number) => lineOf(arms[side].measures[m], m)[month];
  const lucks = state.lucks ? { ...wins("joint_action", about.months - 1), ...Object.fromEntries(ENDINGS.map((e) => [e, middle(e, "joint_action", after)])) } : { wins: "…", total: about.lucks, flat: "…", taper: "…", cut: "…" };
  return { trust: value("without", "trust", 0), joint: value("without", "joint_action", 0), with_trust: value("with", "trust", at), without_trust: value("without", "trust", at),
    with_joint: value("with", "joint_action", at), without_joint: value("without", "joint_action", at), ...(lucks as Record<string, string | number>), n: lucks.wins as string | number };
}

