import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import {
  type BootstrapParameter,
  bootstrapParameterNames,
  bootstrapParameterPrefix,
  type NodeKind,
  parametersReadBy,
} from '../self-managed/ssm-parameters.ts';
import { serviceHost } from './service-host.ts';

/**
 * Properties of {@link BootstrapParameters}.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export interface BootstrapParametersProps {
  /** Unique in account and region. */
  readonly clusterName: string;
  /** Encrypts those that are secret. */
  readonly key: IKey;
  /** Days that the log of the function that deletes them is kept, unless the stack goes before. */
  readonly retention: RetentionDays;
}

/**
 * The parameters by which nodes tell each other what a new one needs. The stack does not make them: CloudFormation makes
 * no SecureString, and their values must be in no template. It deletes them, once no node is left to write them again.
 */
export class BootstrapParameters extends Construct {
  /** The names of all parameters begin with it. */
  readonly prefix: string;
  private readonly key: IKey;

  constructor(scope: Construct, id: string, { clusterName, key, retention }: BootstrapParametersProps) {
    super(scope, id);
    this.prefix = bootstrapParameterPrefix(clusterName);
    this.key = key;
    this.deleteWithStack(retention);
  }

  /** What a kind of node may do with the parameters. */
  statementsFor(kind: NodeKind): readonly PolicyStatement[] {
    const readable = this.arnsOf(parametersReadBy(kind));
    const read = new PolicyStatement({ actions: ['ssm:GetParameter'], resources: readable });
    if (kind === 'worker') return [read, this.use(['kms:Decrypt'], readable)];
    return [
      read,
      new PolicyStatement({ actions: ['ssm:PutParameter'], resources: this.arnsOf(bootstrapParameterNames) }),
      new PolicyStatement({ actions: ['ssm:DeleteParameter'], resources: this.arnsOf(['turn']) }),
      this.use(['kms:Decrypt', 'kms:Encrypt'], readable),
    ];
  }

  private arnsOf(names: readonly BootstrapParameter[]): string[] {
    // The name's own slash is the one that an ARN of a parameter has after its type.
    return names.map((name) =>
      Stack.of(this).formatArn({ service: 'ssm', resource: `parameter${this.prefix}/${name}` }),
    );
  }

  /** The key, for these parameters and only through the parameter store. */
  private use(actions: string[], parameterArns: string[]): PolicyStatement {
    return new PolicyStatement({
      actions,
      resources: [this.key.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': serviceHost('ssm', Stack.of(this)),
          'kms:EncryptionContext:PARAMETER_ARN': parameterArns,
        },
      },
    });
  }

  private deleteWithStack(retention: RetentionDays): void {
    const logGroup = new LogGroup(this, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'Role', {
      description: 'Deletes the parameters of the cluster with its stack',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Logs: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    new AwsCustomResource(this, 'Deletion', {
      resourceType: 'Custom::BootstrapParameters',
      // Those that are not there are no error.
      onDelete: {
        service: 'SSM',
        action: 'DeleteParameters',
        parameters: { Names: bootstrapParameterNames.map((name) => `${this.prefix}/${name}`) },
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['ssm:DeleteParameters'], resources: this.arnsOf(bootstrapParameterNames) }),
      ]),
      role,
      logGroup,
      timeout: Duration.minutes(2),
      installLatestAwsSdk: false,
    });
  }
}
