import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { clusterEnvironmentFile } from '../self-managed/cluster-env.ts';
import { serviceCidr, vpcCidr } from '../settings/cluster-networks.ts';
import { ApiLoadBalancer } from '../constructs/api-load-balancer.ts';
import { BootstrapFiles } from '../constructs/bootstrap-files.ts';
import { BootstrapParameters } from '../constructs/bootstrap-parameters.ts';
import { ClusterKey } from '../constructs/cluster-key.ts';
import { ControlPlaneNodes } from '../constructs/control-plane-nodes.ts';
import { EtcdSnapshotsBucket } from '../constructs/etcd-snapshots-bucket.ts';
import { LabNetwork, zonesOf } from '../constructs/lab-network.ts';
import { retentionOf } from '../constructs/log-retention.ts';
import { NodeRole } from '../constructs/node-role.ts';
import { NodeSecurityGroups } from '../constructs/node-security-groups.ts';
import { PodRoutes } from '../constructs/pod-routes.ts';
import { WorkerAutoScalingGroup } from '../constructs/worker-auto-scaling-group.ts';
import { kubeadmFiles } from '../self-managed/kubeadm-config.ts';
import { releaseOf } from '../catalog/versions.ts';
import { stackPropsOf, type EnvironmentStackProps } from './environment-stack.ts';
import { selfManagedOutputs } from './self-managed-outputs.ts';
import { etcdVolumeGib, zoneCountOf } from './self-managed.data.ts';

/** Diagram D1: a cluster that is EC2 instances and nothing else, made by kubeadm. */
export class SelfManaged extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, {
      description: 'Textbook environment SelfManaged: kubeadm on EC2 instances',
      ...stackPropsOf(id, props),
    });
    const { settings } = props;
    const { controlPlanes, nodeCount, instanceType, podCidr } = settings;
    const { release } = releaseOf(settings.kubernetes);
    const retention = retentionOf(settings.logRetentionDays);
    // The stack's name is unique in account and region, so two stages or participants never meet.
    const clusterName = this.stackName;

    const { vpc } = new LabNetwork(this, 'Network', { zones: zonesOf(settings.zones, zoneCountOf(settings)) });
    const { key } = new ClusterKey(this, 'ClusterKey');
    const parameters = new BootstrapParameters(this, 'Parameters', { clusterName, key, retention });
    const snapshots = new EtcdSnapshotsBucket(this, 'Snapshots', { clusterName, key, retention });
    const groups = new NodeSecurityGroups(this, 'SecurityGroups', { vpc, podCidr });
    const api = new ApiLoadBalancer(this, 'Api', { clusterName, vpc, securityGroup: groups.loadBalancer });
    const podRoutes = new PodRoutes(this, 'PodRoutes', { clusterName, vpc });
    const bootstrapFiles = new BootstrapFiles(this, 'Bootstrap');

    const environmentFile = clusterEnvironmentFile({
      clusterName,
      kubernetesRelease: release,
      parameterPrefix: parameters.prefix,
      parameterKey: key.keyArn,
      backupBucket: snapshots.bucket.bucketName,
      nodeCidr: vpcCidr,
      podCidr,
      region: this.region,
    });
    const kubeadm = kubeadmFiles({ clusterName, release, endpoint: api.endpoint, podCidr, serviceCidr });
    const shared = {
      clusterName,
      vpc,
      instanceType,
      bootstrapFiles,
      // What nodes write is deleted after the nodes: they would write it again. And they leave by the way they came.
      after: [
        parameters,
        snapshots,
        groups,
        api.record,
        ...vpc.privateSubnets.map(({ internetConnectivityEstablished }) => internetConnectivityEstablished),
      ],
    };
    const controlPlaneRole = new NodeRole(this, 'ControlPlaneRole', {
      description: 'Control-plane nodes',
      statements: [
        bootstrapFiles.statement(),
        ...parameters.statementsFor('control-plane'),
        ...snapshots.statements(),
        ...podRoutes.statements(),
      ],
    });
    snapshots.acknowledgeIn(controlPlaneRole.role);
    podRoutes.acknowledgeIn(controlPlaneRole.role);
    const workerRole = new NodeRole(this, 'WorkerRole', {
      description: 'Worker nodes',
      statements: [bootstrapFiles.statement(), ...parameters.statementsFor('worker')],
    });
    const { instances } = new ControlPlaneNodes(this, 'ControlPlane', {
      ...shared,
      settingsFiles: { 'cluster.env': environmentFile, ...kubeadm },
      count: controlPlanes,
      etcdVolumeGib,
      role: controlPlaneRole.role,
      securityGroup: groups.controlPlane,
    });
    api.serve(instances);
    new WorkerAutoScalingGroup(this, 'Workers', {
      ...shared,
      settingsFiles: { 'cluster.env': environmentFile, 'join-worker.yaml': kubeadm['join-worker.yaml']! },
      count: nodeCount,
      role: workerRole.role,
      securityGroup: groups.workers,
    });
    selfManagedOutputs(this, clusterName, api.endpoint);
  }
}
