import type { Resource } from '../../model/resource.ts';
import type { ApiError, ApiErrorKind } from '../../ports.ts';
import { qualifiedPlural } from './kind-rules.ts';

/** A refusal as a result. */
export interface Refusal {
  readonly ok: false;
  readonly error: ApiError;
}

const STATUS_BY_KIND: Readonly<Partial<Record<ApiErrorKind, number>>> = {
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Invalid: 422,
  Forbidden: 403,
  ServerError: 500,
};

/** The refusals of an API server, worded as it words them. Source: Kubernetes 1.34, api/errors */
export function refuse(kind: ApiErrorKind, message: string, status?: number): Refusal {
  const code = status ?? STATUS_BY_KIND[kind];
  return { ok: false, error: { kind, message, ...(code === undefined ? {} : { status: code }) } };
}

export function notFound(resource: Resource, name: string): Refusal {
  return refuse('NotFound', `${qualifiedPlural(resource)} "${name}" not found`);
}

export function notServed(): Refusal {
  return refuse('NotFound', 'the server could not find the requested resource');
}

export function alreadyExists(resource: Resource, name: string, deleting: boolean): Refusal {
  const prefix = deleting ? 'object is being deleted: ' : '';
  return refuse('AlreadyExists', `${prefix}${qualifiedPlural(resource)} "${name}" already exists`);
}

export function conflict(resource: Resource, name: string, reason = MODIFIED): Refusal {
  const subject = `${qualifiedPlural(resource)} "${name}"`;
  return refuse('Conflict', `Operation cannot be fulfilled on ${subject}: ${reason}`);
}

export function invalid(resource: Resource, name: string, reason: string): Refusal {
  return refuse('Invalid', `${resource.kind} "${name}" is invalid: ${reason}`);
}

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';
