// Elements out of calls. Text goes in as text nodes only, so nothing that a scenario says can become markup.
type Child = Node | string | number | null | undefined | false | Child[];
type Props = Record<string, unknown>;

function fill(node: Element, props: Props, children: Child[]): void {
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value as EventListener);
    else if (key === "value") (node as HTMLInputElement).value = String(value);
    else if (key === "style") for (const [name, v] of Object.entries(value as Props)) (node as HTMLElement).style.setProperty(name, String(v));
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  add(node, children);
}

export function add(node: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(node, child);
    else node.append(child instanceof Node ? child : String(child));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  fill(node, props, children);
  return node;
}

export function s(tag: string, props: Props = {}, ...children: Child[]): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(node, props, children);
  return node;
}

export function clear(node: Element): void { node.replaceChildren(); }
