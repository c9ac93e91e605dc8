package main

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// patience is how long kwok may take by itself; it mostly needs milliseconds.
const patience = 5 * time.Second

// podWaits says whether a pod has been waiting too long for what kwok does to it: end it, or say that it runs or has
// done its job.
func podWaits(pod *corev1.Pod, now time.Time) bool {
	if pod.DeletionTimestamp != nil {
		grace := pod.DeletionGracePeriodSeconds
		// Without a grace period, kwok has done its part, and only finalizers keep the pod.
		if grace == nil || *grace == 0 {
			return false
		}
		// The timestamp is that of the end of the grace period.
		requested := pod.DeletionTimestamp.Add(-time.Duration(*grace) * time.Second)
		return now.Sub(requested) > patience
	}
	switch {
	case pod.Spec.NodeName == "":
		return false
	case pod.Status.Phase == corev1.PodPending:
		return now.Sub(placedAt(pod)) > patience
	case pod.Status.Phase == corev1.PodRunning && isOfJob(pod):
		return now.Sub(since(pod.Status.Conditions, corev1.PodReady, pod.CreationTimestamp)) > patience
	default:
		return false
	}
}

// nodeWaits says whether a node has been waiting too long for kwok to say that it is ready.
func nodeWaits(node *corev1.Node, now time.Time) bool {
	changed := node.CreationTimestamp
	for _, condition := range node.Status.Conditions {
		if condition.Type != corev1.NodeReady {
			continue
		}
		if condition.Status == corev1.ConditionTrue {
			return false
		}
		changed = later(changed, condition.LastTransitionTime)
	}
	return now.Sub(changed.Time) > patience
}

// placedAt is when a pod got its node. Who makes a pod with a node in it needs no scheduler, and so gets no condition.
func placedAt(pod *corev1.Pod) time.Time {
	return since(pod.Status.Conditions, corev1.PodScheduled, pod.CreationTimestamp)
}

// since is when a condition came true, or the other time when it has not.
func since(conditions []corev1.PodCondition, kind corev1.PodConditionType, otherwise metav1.Time) time.Time {
	for _, condition := range conditions {
		if condition.Type == kind && condition.Status == corev1.ConditionTrue {
			return later(otherwise, condition.LastTransitionTime).Time
		}
	}
	return otherwise.Time
}

func isOfJob(pod *corev1.Pod) bool {
	for _, owner := range pod.OwnerReferences {
		if owner.Kind == "Job" {
			return true
		}
	}
	return false
}

func later(a, b metav1.Time) metav1.Time {
	if a.Before(&b) {
		return b
	}
	return a
}
