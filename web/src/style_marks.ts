// Colours always come with a dash, a size or a shape; blue, ochre, violet and ink can be told apart without red and green.
export const INK = "#1b2333", PAPER = "#ffffff", MUTED = "#566079";
export interface Mark { colour: string; dash: string; width: number }
export const MARKS: Record<string, Mark> = {
  with: { colour: "#14559c", dash: "", width: 5 },
  without: { colour: "#a84a05", dash: "14 9", width: 5 },
  third: { colour: "#5b3a8c", dash: "3 8", width: 6 },
};
export const TABLES: Mark[] = [
  { colour: "#14559c", dash: "", width: 5 }, { colour: "#5b3a8c", dash: "3 8", width: 6 }, { colour: "#1b2333", dash: "18 7", width: 4 },
  { colour: "#0b6a7d", dash: "18 6 4 6", width: 5 }, { colour: "#7a5c00", dash: "9 6", width: 5 }, { colour: "#8a2f6b", dash: "3 5 14 5", width: 5 },
];
export const TRUST_STEPS = [0, 20, 35, 50] as const;  // lower ends of the four classes of the legend
const stops: [number, number, number][] = [[232, 236, 245], [176, 200, 230], [104, 152, 208], [38, 98, 168], [9, 38, 84]];
/** Colour of a trust from 0 to 100: lighter to darker, so that it survives a grey printer. */
export function trustColour(trust: number): string {
  const at = Math.min(0.9999, Math.max(0, trust / 70)) * (stops.length - 1), k = Math.floor(at), f = at - k;
  return `rgb(${stops[k].map((c, i) => Math.round(c + f * (stops[k + 1][i] - c))).join(",")})`;
}
/** Radius of a firm as a share of the largest. */
export const trustSize = (trust: number): number => 0.42 + 0.58 * Math.min(1, Math.max(0, trust / 70));
