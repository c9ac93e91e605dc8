package main

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var now = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func ago(seconds int) metav1.Time {
	return metav1.NewTime(now.Add(-time.Duration(seconds) * time.Second))
}

// pod is one that was made a minute ago and is on a node.
func pod(change func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{}
	pod.CreationTimestamp = ago(60)
	pod.Spec.NodeName = "node"
	pod.Status.Phase = corev1.PodPending
	change(pod)
	return pod
}

func condition(kind corev1.PodConditionType, status corev1.ConditionStatus, seconds int) corev1.PodCondition {
	return corev1.PodCondition{Type: kind, Status: status, LastTransitionTime: ago(seconds)}
}

// deleted asks for a pod's deletion some seconds ago.
func deleted(grace int64, seconds int) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		end := metav1.NewTime(ago(seconds).Add(time.Duration(grace) * time.Second))
		pod.Status.Phase = corev1.PodRunning
		pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &end, &grace
	}
}

func with(phase corev1.PodPhase, conditions ...corev1.PodCondition) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Phase, pod.Status.Conditions = phase, conditions
	}
}

func ofJob(change func(*corev1.Pod)) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.OwnerReferences = []metav1.OwnerReference{{Kind: "Job"}}
		change(pod)
	}
}

func TestPodWaits(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*corev1.Pod)
		waits  bool
	}{
		"deleted 6 s ago, within its grace period":   {deleted(30, 6), true},
		"deleted 6 s ago, after its grace period":    {deleted(1, 6), true},
		"deleted 4 s ago":                            {deleted(1, 4), false},
		"deleted, kept by finalizers only":           {deleted(0, 60), false},
		"pending, scheduled 6 s ago":                 {with(corev1.PodPending, condition(corev1.PodScheduled, corev1.ConditionTrue, 6)), true},
		"pending, scheduled 4 s ago":                 {with(corev1.PodPending, condition(corev1.PodScheduled, corev1.ConditionTrue, 4)), false},
		"pending, made with its node":                {with(corev1.PodPending), true},
		"pending, made with its node 4 s ago":        {func(pod *corev1.Pod) { pod.CreationTimestamp = ago(4) }, false},
		"pending, without a node":                    {func(pod *corev1.Pod) { pod.Spec.NodeName = "" }, false},
		"running":                                    {with(corev1.PodRunning, condition(corev1.PodReady, corev1.ConditionTrue, 60)), false},
		"running for a Job since 6 s":                {ofJob(with(corev1.PodRunning, condition(corev1.PodReady, corev1.ConditionTrue, 6))), true},
		"running for a Job since 4 s":                {ofJob(with(corev1.PodRunning, condition(corev1.PodReady, corev1.ConditionTrue, 4))), false},
		"done with its Job":                          {ofJob(with(corev1.PodSucceeded)), false},
		"running for a Job, deleted with finalizers": {ofJob(deleted(0, 60)), false},
	} {
		if waits := podWaits(pod(test.change), now); waits != test.waits {
			t.Errorf("a pod that is %s: waits %v", name, waits)
		}
	}
}

func TestNodeWaits(t *testing.T) {
	for name, test := range map[string]struct {
		created int
		status  corev1.ConditionStatus
		changed int
		waits   bool
	}{
		"ready":               {60, corev1.ConditionTrue, 30, false},
		"silent since 6 s":    {60, corev1.ConditionUnknown, 6, true},
		"silent since 4 s":    {60, corev1.ConditionUnknown, 4, false},
		"new since 6 s":       {6, "", 0, true},
		"new since 4 s":       {4, "", 0, false},
		"new, of an old copy": {4, corev1.ConditionFalse, 60, false},
	} {
		node := &corev1.Node{}
		node.CreationTimestamp = ago(test.created)
		if test.status != "" {
			node.Status.Conditions = []corev1.NodeCondition{
				{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionFalse, LastTransitionTime: ago(1)},
				{Type: corev1.NodeReady, Status: test.status, LastTransitionTime: ago(test.changed)},
			}
		}
		if waits := nodeWaits(node, now); waits != test.waits {
			t.Errorf("a node that is %s: waits %v", name, waits)
		}
	}
}

func TestKubeconfigOf(t *testing.T) {
	for _, arguments := range [][]string{
		{"--kubeconfig=/a b/kubeconfig.yaml"},
		{"--config=x", "--manage-all-nodes=true", "--kubeconfig", "/a b/kubeconfig.yaml", "--cidr=10.0.96.0/19", "-v=-4"},
		{"--unknown", "value", "--kubeconfig=/a b/kubeconfig.yaml", "--help"},
	} {
		if file := kubeconfigOf(arguments); file != "/a b/kubeconfig.yaml" {
			t.Errorf("%q: %q", arguments, file)
		}
	}
	if file := kubeconfigOf([]string{"--version"}); file != "" {
		t.Errorf("--version: %q", file)
	}
}
