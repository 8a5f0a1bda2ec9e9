const OFFSET_BASIS = 2166136261;
const PRIME = 16777619;

/**
 * @returns FNV-1 (multiply, then xor) of the UTF-8 bytes of `text`, as an unsigned 32-bit number
 * Source: KubeFed v0.10.0, the order of clusters of equal weight
 */
export function fnv1(text: string): number {
  let hash = OFFSET_BASIS;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, PRIME) ^ byte) >>> 0;
  return hash;
}
