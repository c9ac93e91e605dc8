package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/kwok/pkg/log"
)

const (
	// interval is how often everything is looked at.
	interval = 5 * time.Second
	// requestTimeout keeps one request that got lost from ending the resync.
	requestTimeout = 10 * time.Second
	// shownAt is the annotation whose change makes the API server send a pod or node to kwok once more.
	shownAt = "kubernetes-textbook-labs/resync"
)

// resync shows kwok what it should have dealt with long ago, until the context ends. What goes wrong is logged and tried
// again in the next round.
func resync(ctx context.Context, kubeconfig string) {
	logger := log.FromContext(ctx)
	var client kubernetes.Interface
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		var err error
		if client == nil {
			client, err = newClient(kubeconfig)
		}
		if err == nil {
			err = resyncOnce(ctx, client, time.Now())
		}
		if err != nil && ctx.Err() == nil {
			logger.Error("Resync failed", "err", err)
		}
	}
}

func newClient(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.UserAgent = "kubernetes-textbook-labs-resync"
	config.Timeout = requestTimeout
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return client, nil
}

// resyncOnce looks at all nodes and pods, and shows kwok again those that wait for it.
func resyncOnce(ctx context.Context, client kubernetes.Interface, now time.Time) error {
	// Of the API server's cache, which costs etcd nothing: what is a moment old will do.
	cached := metav1.ListOptions{ResourceVersion: "0"}
	held, err := heldNodes(ctx, client, cached)
	if err != nil {
		return fmt.Errorf("leases: %w", err)
	}
	nodes, err := client.CoreV1().Nodes().List(ctx, cached)
	if err != nil {
		return fmt.Errorf("nodes: %w", err)
	}
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, cached)
	if err != nil {
		return fmt.Errorf("pods: %w", err)
	}

	logger := log.FromContext(ctx)
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"annotations": map[string]string{shownAt: now.UTC().Format(time.RFC3339)}},
	})
	if err != nil {
		return err
	}
	var failures []error
	for _, node := range nodes.Items {
		if held[node.Name] && nodeWaits(&node, now) {
			logger.Info("Showing kwok a node again", "node", node.Name)
			_, err := client.CoreV1().Nodes().Patch(ctx, node.Name, types.MergePatchType, patch, metav1.PatchOptions{})
			failures = append(failures, unlessGone(err))
		}
	}
	for _, pod := range pods.Items {
		if held[pod.Spec.NodeName] && podWaits(&pod, now) {
			logger.Info("Showing kwok a pod again", "pod", log.KObj(&pod), "node", pod.Spec.NodeName)
			_, err := client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{})
			failures = append(failures, unlessGone(err))
		}
	}
	return errors.Join(failures...)
}

// heldNodes are the nodes whose lease is kwok's. To a node whose lease is somebody else's, kwok does nothing, and that is
// how a learner silences one.
func heldNodes(ctx context.Context, client kubernetes.Interface, options metav1.ListOptions) (map[string]bool, error) {
	// kwok calls itself by the host's name and a UUID that nobody else is told.
	hostname, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	leases, err := client.CoordinationV1().Leases(corev1.NamespaceNodeLease).List(ctx, options)
	if err != nil {
		return nil, err
	}
	held := make(map[string]bool, len(leases.Items))
	for _, lease := range leases.Items {
		if holder := lease.Spec.HolderIdentity; holder != nil {
			held[lease.Name] = strings.HasPrefix(*holder, hostname+"_")
		}
	}
	return held, nil
}

// unlessGone takes for no failure that what was listed has gone meanwhile.
func unlessGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
