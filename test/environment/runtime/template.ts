import type { Template } from './assembly.ts';

/** What a template's references mean, told by whoever makes the resources. */
export interface References {
  /** values of `AWS::Region` and the like */
  readonly pseudo: Readonly<Record<string, string>>;
  /** values that take the place of the parameters' defaults */
  readonly parameters: Readonly<Record<string, string>>;
  /** `Ref` to a resource */
  ref(logicalId: string): unknown;
  /** `Fn::GetAtt` */
  attribute(logicalId: string, name: string): unknown;
}

export interface TemplateResolver {
  /**
   * @returns `value` with every intrinsic function replaced by what it yields; keys and items that are
   * `AWS::NoValue` are left out
   */
  resolve(value: unknown): unknown;
  /** The same for an object whose keys are names, never functions. */
  resolveEntries(entries: Readonly<Record<string, unknown>>): Record<string, unknown>;
  condition(name: string): boolean;
}

type Scope = TemplateResolver & { template: Template; references: References };
type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const NO_VALUE = Symbol('AWS::NoValue');

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} wants a list, not ${JSON.stringify(value)}`);
  return value;
}

function text(value: unknown, what: string): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new Error(`${what} wants a text, not ${JSON.stringify(value)}`);
}

function reference(name: string, { references, template }: Scope): unknown {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name.startsWith('AWS::')) {
    const value = references.pseudo[name];
    if (value === undefined) throw new Error(`pseudo parameter ${name} is not known here`);
    return value;
  }
  if (name in template.Parameters) {
    const value = references.parameters[name] ?? template.Parameters[name]?.Default;
    if (value === undefined) throw new Error(`parameter ${name} has no default: give it a value`);
    return value;
  }
  if (!(name in template.Resources)) throw new Error(`Ref to ${name}, which the template lacks`);
  return references.ref(name);
}

function attribute(logicalId: string, name: string, { references, template }: Scope): unknown {
  if (logicalId in template.Resources) return references.attribute(logicalId, name);
  throw new Error(`Fn::GetAtt of ${logicalId}, which the template lacks`);
}

function substitute(argument: unknown, scope: Scope): string {
  const [pattern, values] = Array.isArray(argument) ? argument : [argument, {}];
  const given = isRecord(values) ? values : {};
  return text(pattern, 'Fn::Sub').replaceAll(/\$\{([^}]+)\}/g, (_match, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (name in given) return text(scope.resolve(given[name]), `Fn::Sub ${name}`);
    const dot = name.indexOf('.');
    const value =
      dot < 0 ? reference(name, scope) : attribute(name.slice(0, dot), name.slice(dot + 1), scope);
    return text(value, `Fn::Sub ${name}`);
  });
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const [map, first, second] = list(scope.resolve(argument), 'Fn::FindInMap').map(String);
  const value = scope.template.Mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
  if (value === undefined) throw new Error(`mapping ${map} has no ${first}.${second}`);
  return value;
}

function truth(value: unknown, scope: Scope): boolean {
  if (isRecord(value) && typeof value['Condition'] === 'string') {
    return scope.condition(value['Condition']);
  }
  return scope.resolve(value) === true;
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => reference(text(name, 'Ref'), scope),
  'Fn::GetAtt': (argument, scope) => {
    const path = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
    const [id, ...rest] = path.map((part) => text(scope.resolve(part), 'Fn::GetAtt'));
    return attribute(id ?? '', rest.join('.'), scope);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(scope.resolve(argument), 'Fn::Join');
    const texts = list(items, 'Fn::Join').map((item) => text(item, 'Fn::Join'));
    return texts.join(text(separator, 'Fn::Join'));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(scope.resolve(argument), 'Fn::Select');
    const found = list(items, 'Fn::Select')[Number(index)];
    if (found === undefined) throw new Error(`Fn::Select: nothing at index ${index}`);
    return found;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = list(scope.resolve(argument), 'Fn::Split');
    return text(whole, 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::FindInMap': findInMap,
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = list(argument, 'Fn::If');
    return scope.resolve(scope.condition(text(name, 'Fn::If')) ? yes : no);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(scope.resolve(argument), 'Fn::Equals');
    return String(left) === String(right);
  },
  'Fn::Not': (argument, scope) => !truth(list(argument, 'Fn::Not')[0], scope),
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((one) => truth(one, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((one) => truth(one, scope)),
};

function resolveAny(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => scope.resolve(item)).filter((item) => item !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const [key, ...others] = Object.keys(value);
  if (key !== undefined && others.length === 0) {
    const intrinsic = INTRINSICS[key];
    if (intrinsic !== undefined) return intrinsic(value[key], scope);
    if (key.startsWith('Fn::')) throw new Error(`${key} is not modelled by the local runtime`);
  }
  return scope.resolveEntries(value);
}

/**
 * Resolves CloudFormation's intrinsic functions and conditions. Resources are not made here: `references` says what
 * they are called, and is asked late, so that references between resources may go in any direction.
 *
 * @throws {Error} from `resolve`: an intrinsic that is not modelled, or a reference to nothing
 * Source: AWS CloudFormation template reference, intrinsic functions and pseudo parameters
 */
export function templateResolver(template: Template, references: References): TemplateResolver {
  const scope: Scope = {
    template,
    references,
    resolve: (value) => resolveAny(value, scope),
    resolveEntries: (entries) =>
      Object.fromEntries(
        Object.entries(entries)
          .map(([name, value]) => [name, scope.resolve(value)])
          .filter(([, value]) => value !== NO_VALUE),
      ),
    condition: (name) => {
      if (name in template.Conditions) return truth(template.Conditions[name], scope);
      throw new Error(`condition ${name} is not in the template`);
    },
  };
  return scope;
}
