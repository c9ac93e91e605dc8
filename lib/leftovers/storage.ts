import {
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import { ownedFilters } from './filters.ts';
import { isOwned } from './ownership.ts';
import { allOf, type Leftover, type Remover } from './search.ts';

/** Volumes of PersistentVolumeClaims. An attached volume is in use, so the removal waits for it. */
export const volumes: Remover = {
  kind: 'volume',
  async find({ clients, clusterName, signal: abortSignal }) {
    const found: Leftover[] = [];
    for (const Filters of ownedFilters('volume', clusterName)) {
      const pages = paginateDescribeVolumes({ client: clients.ec2 }, { Filters }, { abortSignal });
      for (const { VolumeId: id = '', State, Tags } of await allOf(pages, (page) => page.Volumes)) {
        if (!isOwned('volume', { tags: Tags }, clusterName)) continue;
        found.push({
          kind: 'volume',
          id,
          ...(State !== 'available' && { held: `its state is ${State ?? 'unknown'}` }),
        });
      }
    }
    return found;
  },
  async remove({ clients, signal: abortSignal }, VolumeId) {
    await clients.ec2.send(new DeleteVolumeCommand({ VolumeId }), { abortSignal });
  },
};

/** Snapshots of these volumes. */
export const snapshots: Remover = {
  kind: 'snapshot',
  async find({ clients, clusterName, signal: abortSignal }) {
    const found: Leftover[] = [];
    for (const Filters of ownedFilters('snapshot', clusterName)) {
      const input = { OwnerIds: ['self'], Filters };
      const pages = paginateDescribeSnapshots({ client: clients.ec2 }, input, { abortSignal });
      for (const { SnapshotId: id = '', Tags } of await allOf(pages, (page) => page.Snapshots)) {
        if (isOwned('snapshot', { tags: Tags }, clusterName)) found.push({ kind: 'snapshot', id });
      }
    }
    return found;
  },
  async remove({ clients, signal: abortSignal }, SnapshotId) {
    await clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }), { abortSignal });
  },
};
