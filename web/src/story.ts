// One firm's story up to a month, in the room's language.
import { about, ALIVE, ASSOCIATION, LOAN, NETWORK, NEWCOMER, NO_TIE, VISITED, YEAR, type Arm, type Side } from "./state";
import { has, monthOf, t } from "./words";

export const firmName = (i: number): string => t("firm", { n: i + 1 });
export const kindName = (kind: string): string => t(has(`k_${kind}`) ? `k_${kind}` : "k_other");

export interface Story { title: string; facts: string[]; past: string[] }

export function tell(arm: Arm, side: Side, firm: number, at: number): Story {
  const rows = arm.trust.shape[1], month = Math.min(arm.trust.shape[0] - 1, Math.floor(at)), bits = arm.state.data[month * rows + firm], place = arm.place;
  const facts: string[] = [];
  const values = { firm: firmName(firm), workers: place.workers.data[firm], family: place.family.data[firm], village: place.village.data[firm] + 1 };
  if (!(bits & ALIVE)) facts.push(t("is_closed"));
  else {
    facts.push(bits & NEWCOMER ? t("is_new") : t(place.woman.data[firm] ? "who_woman" : "who", values));
    facts.push(neighbours(arm, firm, month));
    facts.push(t(bits & NETWORK ? (bits & ASSOCIATION ? "in_both" : "in_network") : bits & ASSOCIATION ? "in_association" : "in_none"));
    const year = Math.min(arm.income.shape[0] - 1, Math.ceil(month / YEAR));
    facts.push(t("earns", { now: arm.income.data[year * rows + firm], then: arm.income.data[firm] }));
    if (bits & LOAN) facts.push(t("has_loan"));
    if (side === "with" && month >= about.programme[0]) facts.push(visit(arm, firm, month));
  }
  return { title: firmName(firm), facts, past: past(arm, firm, month) };
}

function neighbours(arm: Arm, firm: number, month: number): string {
  const { from, to, trust } = arm.ties, count = from.data.length, year = Math.min(trust.shape[0] - 1, Math.floor(month / YEAR));
  let most = -1, least = -1, known = 0;
  const level = (k: number) => trust.data[year * count + k];
  for (let k = 0; k < count; k++) {
    if (from.data[k] !== firm || level(k) === NO_TIE) continue;
    known++;
    if (most < 0 || level(k) > level(most)) most = k;
    if (least < 0 || level(k) < level(least)) least = k;
  }
  return known ? t("knows", { n: known, most: firmName(to.data[most]), high: level(most), least: firmName(to.data[least]), low: level(least) }) : t("knows_none");
}

function visit(arm: Arm, firm: number, month: number): string {
  const rows = arm.trust.shape[1];
  for (let m = month; m >= 0; m--) if (arm.state.data[m * rows + firm] & VISITED) return t("last_visit", { date: monthOf(about.start, m) });
  return t("no_visit");
}

/** The last things that happened to it, the newest first. */
function past(arm: Arm, firm: number, month: number): string[] {
  const { data, shape } = arm.diary, width = shape[1], found: string[] = [];
  for (let row = shape[0] - 1; row >= 0 && found.length < 6; row--) {
    const [m, who, message, a, b, c] = data.subarray(row * width, row * width + 6);
    if (who !== firm || m > month) continue;
    const key = arm.messages[message], asked = ["joined", "joined_failed", "afraid", "not_worth", "no_cash", "stayed_away"].includes(key);
    found.push(t(`e_${key}`, {
      date: monthOf(about.start, m), kind: asked ? kindName(arm.kinds[a]) : "", count: Math.max(0, b - 1), came: b, needed: c, expected: b,
      other: firmName(a), group: t(a === 1 ? "g_network" : "g_association"), amount: a,
    }));
  }
  return found;
}
