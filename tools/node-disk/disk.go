package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// selectedNode is where the scheduler says which node a claim is for, once a pod wants it.
const selectedNode = "volume.kubernetes.io/selected-node"

// nodeDisk keeps each volume of one node as a folder. Its name is the volume's, which has no slash.
type nodeDisk struct {
	node   string
	folder string
}

var (
	_ controller.Qualifier     = (*nodeDisk)(nil)
	_ controller.DeletionGuard = (*nodeDisk)(nil)
)

// ShouldProvision leaves a claim to the node that it is for. A class has to wait for the first consumer, because
// otherwise there is no such node.
func (d *nodeDisk) ShouldProvision(_ context.Context, claim *v1.PersistentVolumeClaim) bool {
	return claim.Annotations[selectedNode] == d.node
}

// Provision makes the folder of a volume. As a new file system, it is root's, and others get at it by their fsGroup.
func (d *nodeDisk) Provision(
	_ context.Context, options controller.ProvisionOptions,
) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	if err := refuse(options.PVC.Spec); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	folder := d.folderOf(options.PVName)
	if err := os.Mkdir(folder, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, controller.ProvisioningFinished, fmt.Errorf("the volume's folder could not be made: %w", err)
	}
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: v1.PersistentVolumeSpec{
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      options.PVC.Spec.Resources.Requests,
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			PersistentVolumeSource:        v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: folder}},
			NodeAffinity: &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
				MatchExpressions: []v1.NodeSelectorRequirement{{
					Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{d.node},
				}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

// refuse says what a claim asks for that a disk of one node can't give.
func refuse(claim v1.PersistentVolumeClaimSpec) error {
	for _, mode := range claim.AccessModes {
		if mode != v1.ReadWriteOnce && mode != v1.ReadWriteOncePod {
			return fmt.Errorf("access mode %s is not supported: a volume is on one node (valid: %s, %s)",
				mode, v1.ReadWriteOnce, v1.ReadWriteOncePod)
		}
	}
	if claim.Selector != nil {
		return errors.New("a selector is not supported: each claim gets a new volume")
	}
	if claim.DataSource != nil || claim.DataSourceRef != nil {
		return errors.New("a data source is not supported: new volumes are empty")
	}
	return nil
}

// ShouldDelete leaves a volume to the node that it is on.
func (d *nodeDisk) ShouldDelete(_ context.Context, volume *v1.PersistentVolume) bool {
	local, affinity := volume.Spec.Local, volume.Spec.NodeAffinity
	if local == nil || local.Path != d.folderOf(volume.Name) || affinity == nil || affinity.Required == nil {
		return false
	}
	for _, term := range affinity.Required.NodeSelectorTerms {
		for _, expression := range term.MatchExpressions {
			if expression.Key == v1.LabelHostname && len(expression.Values) == 1 && expression.Values[0] == d.node {
				return true
			}
		}
	}
	return false
}

// Delete removes the folder of a volume, whatever is in it.
func (d *nodeDisk) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	return os.RemoveAll(d.folderOf(volume.Name))
}

func (d *nodeDisk) folderOf(volume string) string {
	return filepath.Join(d.folder, volume)
}
