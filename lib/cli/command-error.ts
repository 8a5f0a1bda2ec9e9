/** Why a command failed, in one word that scripts and tests can rely on. */
export type CommandErrorCode =
  | 'Usage'
  | 'Interrupted'
  | 'KubeconfigInvalid'
  | 'ContextNotFound'
  | 'ContextUnsupported'
  | 'EksContextIncomplete'
  | 'CredentialsFailed'
  | 'ControlPlaneNotFound'
  | 'RolesNotFound'
  | 'RoleNeeded'
  | 'ClusterNotFound'
  | 'ClusterNotActive'
  | 'ClusterNameTaken'
  | 'AuthenticationModeConfigMap'
  | 'AlreadyExists'
  | 'AccessDenied'
  | 'Unauthorized'
  | 'Forbidden'
  | 'Unreachable'
  | 'TimedOut'
  | 'RequestFailed'
  | 'TokenMissing'
  | 'TypeNotFound'
  | 'TypeAmbiguous'
  | 'TypeInUse'
  | 'TypeNotEnabled'
  | 'NotStopped'
  | 'ObjectNotFound'
  | 'FileInvalid'
  | 'NotReady'
  | 'NotDrained';

/** A failure that a person reads: what happened to which object, and what to do about it. Nothing else is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;
  /** each a command to run or a thing to do; may be empty */
  readonly remedies: readonly string[];

  constructor(
    code: CommandErrorCode,
    message: string,
    remedies: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.remedies = remedies;
  }
}
