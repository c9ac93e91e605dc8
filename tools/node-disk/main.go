// Command node-disk makes PersistentVolumes on the disk of the node that it runs on. It is what a CSI driver's
// provisioner is, with the same library, for clusters without a cloud. docs/decisions/0016 says why it is of our own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	provisioner := flag.String("provisioner", "", "name that StorageClasses know this provisioner by")
	node := flag.String("node", "", "name of this node, which is its host name too")
	folder := flag.String("folder", "", "folder of this node that has a folder for each volume")
	klog.InitFlags(nil)
	flag.Parse()
	if *provisioner == "" || *node == "" || *folder == "" || flag.NArg() > 0 {
		return fmt.Errorf("usage: node-disk -provisioner NAME -node NAME -folder FOLDER")
	}

	config, err := rest.InClusterConfig()
	if err != nil {
		return fmt.Errorf("node-disk runs as a pod: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("no client for the API server: %w", err)
	}

	disk := &nodeDisk{node: *node, folder: *folder}
	go controller.NewProvisionController(ctx, client, *provisioner, disk,
		// Each node has its own: nobody leads.
		controller.LeaderElection(false),
		// The object of a volume waits for its node to remove the data, even when somebody deletes it before the claim.
		controller.AddFinalizer(true),
	).Run(ctx)
	<-ctx.Done()
	return nil
}
