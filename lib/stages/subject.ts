/** What a message is about: the same text for the same federated object. */
export function subjectOf(message: {
  readonly type: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return `${message.type}/${message.namespace ?? ''}/${message.name}`;
}
