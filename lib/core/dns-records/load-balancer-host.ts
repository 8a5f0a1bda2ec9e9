/** What the host name of an AWS load balancer tells about it. */
export type AwsHost =
  | { readonly kind: 'network' | 'application-or-classic'; readonly region: string }
  /** Global Accelerator, which is in no Region */
  | { readonly kind: 'accelerator'; readonly dualstack: boolean };

const REGION = '[a-z]{2,4}(?:-[a-z]+)+-\\d';
const SUFFIX = '(?:amazonaws\\.com(?:\\.cn)?|amazonaws\\.eu)';
const NETWORK = new RegExp(`^[a-z0-9-]+\\.elb\\.(${REGION})\\.${SUFFIX}$`);
const OTHER = new RegExp(`^(?:dualstack\\.|ipv6\\.)?[a-z0-9-]+\\.(${REGION})\\.elb\\.${SUFFIX}$`);
const ACCELERATOR = /^[a-z0-9]+(\.dualstack)?\.awsglobalaccelerator\.com$/;

/**
 * Network Load Balancers have the Region after `elb`, Application and Classic Load Balancers before it; the latter two
 * cannot be told apart by name.
 *
 * @returns undefined for a host name that is not one of AWS's load balancers
 * Source: AWS, Elastic Load Balancing, DNS names of load balancers
 */
export function awsHost(hostname: string): AwsHost | undefined {
  const name = hostName(hostname);
  const network = NETWORK.exec(name)?.[1];
  if (network !== undefined) return { kind: 'network', region: network };
  const other = OTHER.exec(name)?.[1];
  if (other !== undefined) return { kind: 'application-or-classic', region: other };
  const accelerator = ACCELERATOR.exec(name);
  return accelerator === null
    ? undefined
    : { kind: 'accelerator', dualstack: accelerator[1] !== undefined };
}

/** @returns the name in lower case, without the dot at the end */
export function hostName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** @returns the name under which the load balancer's own API lists it */
export function listedName(hostname: string): string {
  return hostName(hostname).replace(/^(dualstack|ipv6)\./, '');
}
