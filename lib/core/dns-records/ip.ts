const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const V4 = `${OCTET}(?:\\.${OCTET}){3}`;
const IPV4 = new RegExp(`^${V4}$`);
const IPV4_TAIL = new RegExp(`:${V4}$`);
const GROUP = /^[0-9a-f]{1,4}$/i;

export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** Without a zone (`%eth0`), which means nothing in DNS. Source: RFC 4291, section 2.2 */
export function isIPv6(text: string): boolean {
  // Four octets at the end stand for two groups.
  const halves = text.replace(IPV4_TAIL, ':0:0').split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => GROUP.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}
