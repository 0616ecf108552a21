/** A resource as the AWS plugin hands it to the Terraform provider: one line of the file that `LAB_TFJSON` names. */
export interface RecordedView {
  readonly urn: string;
  readonly tfType: string;
  readonly tfName: string;
  /** Terraform's configuration of the resource; `(sensitive)` stands for what must not be written down. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Paths of what was not known yet. */
  readonly unknown: readonly string[];
  /** Names of the attributes that are left out. */
  readonly sensitive: readonly string[];
}

interface Attribute {
  readonly type?: unknown;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}
interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, { readonly nesting_mode: string; readonly block: Block }>>;
}
/** Of `terraform providers schema -json`: resource type -> its schema. */
export type Schemas = Readonly<Record<string, { readonly version: number; readonly block: Block }>>;

/** Of `pulumi stack export`. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

type Values = Record<string, unknown>;
/** Resource address (`aws_vpc.name`) -> its attributes. */
export type States = ReadonlyMap<string, Readonly<Values>>;

const source = "registry.terraform.io/hashicorp/aws";

/** Terraform's names have no dots and do not begin with a digit. */
export const nameOf = ({ tfName }: Pick<RecordedView, "tfName">): string =>
  tfName.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?=[0-9-])/, "_");
export const addressOf = (view: RecordedView): string => `${view.tfType}.${nameOf(view)}`;

/** Text that Terraform takes as it is: `${` and `%{` would begin a template. */
export function literal(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/[$%](?=\{)/g, "$&$&");
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, literal(v)]));
}

/** A block of a state as one would configure it: without what only the provider can know, and without nulls. */
function configured(value: unknown, block: Block): unknown {
  if (Array.isArray(value)) return value.map((v) => configured(v, block));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, v]): [string, unknown][] => {
      if (v === null || v === "") return [];
      const nested = block.block_types?.[name];
      if (nested !== undefined) return [[name, configured(v, nested.block)]];
      const attribute = block.attributes?.[name];
      return attribute?.optional === true || attribute?.required === true ? [[name, v]] : [];
    }),
  );
}

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const isPlain = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

/** What a state needs at the least for the provider to read the rest: the id, and what is plain and known. */
function seed(view: RecordedView, block: Block, exported: Exported): Values {
  const attributes = Object.entries(block.attributes ?? {});
  const known = attributes.flatMap(([name, { type }]): [string, unknown][] => {
    const value = exported.outputs?.[camel(name)];
    return typeof type === "string" && isPlain(value) && value !== "" ? [[name, value]] : [];
  });
  const own = Object.entries(view.attributes).filter(([name]) => !view.sensitive.includes(name));
  return {
    ...Object.fromEntries(own),
    // the provider's own spelling, where it has another one than the configuration
    ...Object.fromEntries(known),
    ...(block.attributes?.["id"] === undefined ? {} : { id: exported.id }),
  };
}

/** The first states, from what Pulumi knows. */
export function seeds(views: readonly RecordedView[], schemas: Schemas, exported: readonly Exported[]): States {
  const byUrn = new Map(exported.map((resource) => [resource.urn, resource]));
  return new Map(
    views.map((view) => {
      const resource = byUrn.get(view.urn);
      const schema = schemas[view.tfType];
      if (resource === undefined || schema === undefined) throw new Error(`${view.urn} is not in the stack`);
      return [addressOf(view), seed(view, schema.block, resource)] as const;
    }),
  );
}

/**
 * Configuration of the same resources for Terraform, as one main.tf.json.
 * @param provider settings of the provider, which is one for all
 * @param states where they are known, what is sensitive is taken from there; until then it is left alone
 */
export function configuration(
  views: readonly RecordedView[],
  schemas: Schemas,
  provider: Readonly<Values>,
  states?: States,
): object {
  const resource: Record<string, Record<string, Values>> = {};
  for (const view of views) {
    const block = schemas[view.tfType]?.block;
    if (block === undefined) throw new Error(`the provider does not know ${view.tfType}`);
    const own = Object.entries(view.attributes).filter(([name]) => !view.sensitive.includes(name));
    const config: Values = Object.fromEntries(own.map(([name, value]) => [name, literal(value)]));
    const unreadable: string[] = [];
    for (const name of view.sensitive) {
      const value = (configured(states?.get(addressOf(view)) ?? {}, block) as Values)[name];
      if (value !== undefined) config[name] = literal(value);
      else unreadable.push(name);
    }
    if (unreadable.length > 0) config["lifecycle"] = { ignore_changes: unreadable };
    (resource[view.tfType] ??= {})[nameOf(view)] = config;
  }
  return {
    terraform: { required_providers: { aws: { source } } },
    provider: { aws: provider },
    ...(views.length === 0 ? {} : { resource }),
  };
}

/** Terraform's state file, format 4. */
export function stateFile(views: readonly RecordedView[], schemas: Schemas, states: States): object {
  return {
    version: 4,
    serial: 1,
    lineage: "00000000-0000-4000-8000-000000000000",
    outputs: {},
    resources: views.map((view) => ({
      mode: "managed",
      type: view.tfType,
      name: nameOf(view),
      provider: `provider["${source}"]`,
      instances: [
        { schema_version: schemas[view.tfType]?.version ?? 0, attributes: states.get(addressOf(view)) ?? {} },
      ],
    })),
  };
}

/** What a state file says of each resource. */
export function statesOf(file: unknown): States {
  const { resources } = file as {
    resources: { type: string; name: string; instances: { attributes: Values }[] }[];
  };
  return new Map(resources.map(({ type, name, instances }) => [`${type}.${name}`, instances[0]?.attributes ?? {}]));
}
