/**
 * The product as its users meet it: Pathgate as a process of its own, a real kube-apiserver that
 * calls it, kubectl before that, and all that can go wrong between them.
 */
package dev.pathgate.e2e;
