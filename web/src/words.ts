// The room's language: texts by key, numbers and dates through Intl.
const all: Record<string, Record<string, string>> = JSON.parse(document.getElementById("words")!.textContent!);

let language = "en";
let numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
let month = new Intl.DateTimeFormat("en");
let year = new Intl.DateTimeFormat("en");

export const languages = (): [string, string][] => Object.entries(all).map(([code, texts]) => [code, texts.language]);
export const current = (): string => language;
export const rightToLeft = (): boolean => language === "ar";

export function speak(code: string): void {
  language = code in all ? code : "en";
  const gregory = { timeZone: "UTC", calendar: "gregory" } as const;
  numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  month = new Intl.DateTimeFormat(language, { ...gregory, year: "numeric", month: "long" });
  year = new Intl.DateTimeFormat(language, { ...gregory, year: "numeric" });
  document.documentElement.lang = language;
  document.documentElement.dir = rightToLeft() ? "rtl" : "ltr";
}

export const n = (value: number): string => numbers.format(Math.round(value) || 0);

/** The text of a key; numbers among the values are put as the language writes them. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = all[language][key] ?? all.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? n(value) : value;
  });
}
export const has = (key: string): boolean => key in all.en;

function date(start: string, at: number): Date {
  return new Date(Date.UTC(Number(start.slice(0, 4)), Number(start.slice(5, 7)) - 1 + Math.floor(at), 1));
}
export const monthOf = (start: string, at: number): string => month.format(date(start, at));
export const yearOf = (start: string, at: number): string => year.format(date(start, at));
