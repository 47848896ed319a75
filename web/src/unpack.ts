// Reads what src/clustersim/workshop/pack.py writes: a JSON head, and arrays at the places that it names.
import { unzlibSync } from "fflate";

export type Numbers = Uint8Array | Uint16Array | Int16Array | Int32Array | Float32Array;
/** An array with its shape; row-major. */
export interface Grid { data: Numbers; shape: number[] }

const kinds = { u1: Uint8Array, u2: Uint16Array, i2: Int16Array, i4: Int32Array, f4: Float32Array } as const;

function decode(value: any, body: ArrayBuffer): any {
  if (Array.isArray(value)) return value.map((inner) => decode(inner, body));
  if (value === null || typeof value !== "object") return value;
  if ("array" in value && "at" in value) {
    const kind = kinds[value.array as keyof typeof kinds];
    const shape: number[] = value.shape;
    const count = shape.reduce((a, b) => a * b, 1);
    const data = new kind(body.slice(value.at, value.at + count * kind.BYTES_PER_ELEMENT)) as Numbers;
    if (value.coded === "steps") {
      const row = shape.length ? count / Math.max(1, shape[0]) : 1;
      for (let k = row; k < count; k++) data[k] += data[k - row]; // wraps around as it was written
    }
    return { data, shape };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner, body)]));
}

export function unpack(deflated: Uint8Array): any {
  const bytes = unzlibSync(deflated);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return decode(head, bytes.slice(4 + length).buffer as ArrayBuffer);
}

export function fromText(text: string): Uint8Array {
  const plain = atob(text);
  const bytes = new Uint8Array(plain.length);
  for (let k = 0; k < plain.length; k++) bytes[k] = plain.charCodeAt(k);
  return bytes;
}
