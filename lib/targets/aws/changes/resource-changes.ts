import { fullDiff, type ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';

/** A CloudFormation template. */
export type CloudFormationTemplate = Readonly<Record<string, unknown>>;

/** What an update of a stack does with a resource. */
export type ChangeKind = 'create' | 'update' | 'replace' | 'remove';

/** A resource that an update of a stack changes. */
export interface ResourceChange {
  /** Its logical id in the template. */
  readonly id: string;
  /** Such as `AWS::EKS::Nodegroup`. */
  readonly type: string;
  readonly kind: ChangeKind;
  /** The properties that differ; none where the resource comes or goes. */
  readonly properties: readonly string[];
}

/**
 * The resources that an update from one template to another changes, as CloudFormation's registry of resource types
 * says: `replace` where a property that differs is create-only. What only waits for other resources now is left out.
 */
export function resourceChanges(
  before: CloudFormationTemplate,
  after: CloudFormationTemplate,
): readonly ResourceChange[] {
  const changes: ResourceChange[] = [];
  fullDiff({ ...before }, { ...after }).resources.forEachDifference((id, difference) => {
    const kind = kindOf(difference);
    const type = difference.newResourceType ?? difference.oldResourceType ?? '';
    if (kind !== undefined) changes.push({ id, type, kind, properties: Object.keys(difference.propertyUpdates) });
  });
  return changes;
}

/** Attributes of a resource that CloudFormation itself reads; a change of one alone changes nothing on AWS. */
const ownAttributes: readonly string[] = [
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'CreationPolicy',
  'UpdatePolicy',
  'Metadata',
];

function kindOf(difference: ResourceDifference): ChangeKind | undefined {
  switch (difference.changeImpact) {
    case ResourceImpact.WILL_CREATE:
      return 'create';
    case ResourceImpact.WILL_DESTROY:
    case ResourceImpact.WILL_ORPHAN:
      return 'remove';
    // A property may be create-only under conditions that the registry does not tell: take the worse.
    case ResourceImpact.WILL_REPLACE:
    case ResourceImpact.MAY_REPLACE:
      return 'replace';
    default: {
      const properties = Object.keys(difference.propertyUpdates);
      const others = Object.keys(difference.otherChanges).filter((name) => !ownAttributes.includes(name));
      return properties.length + others.length > 0 ? 'update' : undefined;
    }
  }
}
