package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const volumeName = "pvc-1"

func claimFor(node string) *v1.PersistentVolumeClaim {
	return &v1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "data", Annotations: map[string]string{selectedNode: node}},
		Spec: v1.PersistentVolumeClaimSpec{
			AccessModes: []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce},
			Resources: v1.VolumeResourceRequirements{
				Requests: v1.ResourceList{v1.ResourceStorage: resource.MustParse("1Gi")},
			},
		},
	}
}

func provision(disk *nodeDisk, claim *v1.PersistentVolumeClaim) (*v1.PersistentVolume, error) {
	policy := v1.PersistentVolumeReclaimDelete
	volume, _, err := disk.Provision(context.Background(), controller.ProvisionOptions{
		PVName: volumeName, PVC: claim, StorageClass: &storagev1.StorageClass{ReclaimPolicy: &policy},
	})
	if volume != nil {
		volume.Name = volumeName
	}
	return volume, err
}

func TestAVolumeIsAFolderOfTheNodeThatTheClaimIsFor(t *testing.T) {
	disk := &nodeDisk{node: "worker-1", folder: t.TempDir()}
	if disk.ShouldProvision(context.Background(), claimFor("worker-2")) {
		t.Error("the claim is for another node")
	}
	if disk.ShouldProvision(context.Background(), &v1.PersistentVolumeClaim{}) {
		t.Error("the claim is for no node yet")
	}
	claim := claimFor("worker-1")
	if !disk.ShouldProvision(context.Background(), claim) {
		t.Fatal("the claim is for this node")
	}

	// A second attempt, after an object that could not be written, finds its folder.
	for range 2 {
		volume, err := provision(disk, claim)
		if err != nil {
			t.Fatal(err)
		}
		path := volume.Spec.Local.Path
		if path != filepath.Join(disk.folder, volumeName) {
			t.Errorf("the volume is at %s", path)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != os.ModeDir|0o755 {
			t.Errorf("%v, %v", info, err)
		}
		if storage := volume.Spec.Capacity[v1.ResourceStorage]; storage.String() != "1Gi" {
			t.Errorf("the volume has %s", storage.String())
		}
		if volume.Spec.PersistentVolumeReclaimPolicy != v1.PersistentVolumeReclaimDelete {
			t.Errorf("the class says Delete, the volume %s", volume.Spec.PersistentVolumeReclaimPolicy)
		}
		if !disk.ShouldDelete(context.Background(), volume) {
			t.Error("the volume is on this node")
		}
		if (&nodeDisk{node: "worker-2", folder: disk.folder}).ShouldDelete(context.Background(), volume) {
			t.Error("the volume is not on another node")
		}
	}
}

func TestWhatADiskCannotGiveIsRefused(t *testing.T) {
	for want, change := range map[string]func(*v1.PersistentVolumeClaimSpec){
		"access mode ReadWriteMany": func(spec *v1.PersistentVolumeClaimSpec) {
			spec.AccessModes = append(spec.AccessModes, v1.ReadWriteMany)
		},
		"selector": func(spec *v1.PersistentVolumeClaimSpec) { spec.Selector = &metav1.LabelSelector{} },
		"data source": func(spec *v1.PersistentVolumeClaimSpec) {
			spec.DataSourceRef = &v1.TypedObjectReference{Kind: "PersistentVolumeClaim", Name: "other"}
		},
	} {
		disk := &nodeDisk{node: "worker-1", folder: t.TempDir()}
		claim := claimFor("worker-1")
		change(&claim.Spec)
		if _, err := provision(disk, claim); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if entries, _ := os.ReadDir(disk.folder); len(entries) > 0 {
			t.Errorf("%s: there is a folder", want)
		}
	}
}

func TestDeleteRemovesTheDataOfOneVolume(t *testing.T) {
	disk := &nodeDisk{node: "worker-1", folder: t.TempDir()}
	volume, err := provision(disk, claimFor("worker-1"))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(disk.folder, "pvc-2", "data")
	outside := filepath.Join(t.TempDir(), "outside")
	for _, file := range []string{filepath.Join(volume.Spec.Local.Path, "a", "b"), other, outside} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("data"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(volume.Spec.Local.Path, "link")); err != nil {
		t.Fatal(err)
	}

	// The second time, its object may have outlived it.
	for range 2 {
		if err := disk.Delete(context.Background(), volume); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(volume.Spec.Local.Path); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
	for _, file := range []string{other, outside} {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
}

func TestAVolumeThatSomebodyElseMadeIsLeftAlone(t *testing.T) {
	disk := &nodeDisk{node: "worker-1", folder: t.TempDir()}
	volume, err := provision(disk, claimFor("worker-1"))
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*v1.PersistentVolumeSpec){
		"no local volume": func(spec *v1.PersistentVolumeSpec) { spec.Local = nil },
		"another folder":  func(spec *v1.PersistentVolumeSpec) { spec.Local.Path = "/etc" },
		"no node":         func(spec *v1.PersistentVolumeSpec) { spec.NodeAffinity.Required = nil },
	} {
		changed := volume.DeepCopy()
		change(&changed.Spec)
		if disk.ShouldDelete(context.Background(), changed) {
			t.Error(what)
		}
	}
}
